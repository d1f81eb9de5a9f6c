using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Supervision;

/// <summary>Opens scopes, and holds the tasks that belong to none until the host stops.</summary>
internal sealed class TaskSupervisor : ITaskSupervisor, IHostedService
{
    private readonly SupervisionRuntime _runtime;
    private readonly SupervisionPolicy _policy;
    private readonly ChildSupervisor _detached;
    private readonly HealthCircuit _circuit;

    public TaskSupervisor(
        SupervisionMetrics metrics, FailureReporter failures, HealthCircuit circuit, ILogger<TaskSupervisor> logger,
        IOptions<CrashShieldOptions> options, TimeProvider time)
    {
        var supervision = options.Value.Supervision;
        _runtime = new(new(failures, logger), metrics, time, supervision.ShutdownTimeout);
        _policy = supervision.ToPolicy();
        _detached = new("the host", SupervisionPolicy.Independent, _runtime, mailbox: null);
        _circuit = circuit;
    }

    public SupervisionRuntime Runtime => _runtime;

    public TaskScope OpenScope(string name, SupervisionPolicy? policy = null, CancellationToken cancellationToken = default) =>
        new(name, policy ?? _policy, _runtime, cancellationToken);

    public SupervisedTask Run(string name, Func<CancellationToken, Task> work)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(work);
        return _detached.Start(name, work, RestartType.Temporary);
    }

    /// <summary>The children of a supervised service: nobody reads their failures, and the last escalation is the health circuit's.</summary>
    public ChildSupervisor OpenService(string name, SupervisionPolicy? policy)
    {
        policy ??= _policy;
        return new(name, policy with { Restart = policy.Restart ?? RestartType.Transient }, _runtime, mailbox: null, failure => _circuit.Fail(
            $"Service {name} failed (attempt {failure.Attempt}, {failure.ErrorType}): more than {policy.MaxRestarts} restarts within {policy.Within}."));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Detached tasks do not depend on each other. When the host runs out of time first, that is no failure of theirs to throw.
    public async Task StopAsync(CancellationToken cancellationToken) => await _detached.StopAsync(StopOrder.AtOnce)
        .WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
