namespace CrashShield.Drills.Restart;

/// <summary>A server that restarts without closing its port.</summary>
internal interface IRestarting : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Where an endpoint answers 200, or none when the server is not set up for it.</summary>
    Uri? Url(RestartEndpoint endpoint);

    /// <summary>Restarts it, and returns when the new one serves and the old one has ended or only finishes what it has.</summary>
    Task RestartAsync(CancellationToken cancellationToken);
}
