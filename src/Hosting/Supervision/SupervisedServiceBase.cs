using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Supervision;

/// <summary>A supervised service, of whatever type.</summary>
internal abstract class SupervisedServiceBase : IHostedService, IDisposable
{
    public abstract string Name { get; }

    /// <summary>Whether it runs in one process of the service at a time.</summary>
    public abstract bool Waits { get; }

    /// <summary>Whether it has used up the host's time to stop.</summary>
    public bool IsLate { get; protected set; }

    public abstract Task StartAsync(CancellationToken cancellationToken);

    public abstract Task StopAsync(CancellationToken cancellationToken);

    public abstract void Dispose();
}
