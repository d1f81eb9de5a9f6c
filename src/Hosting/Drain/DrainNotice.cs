using CrashShield.Hosting.Failures;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Drain;

/// <summary>
/// Tells the application of a drain, for connections that the server cannot end well by itself: WebSockets, server-sent events, gRPC streams. A service; take it as a parameter.
/// Callbacks run on a thread of their own, which a starved thread pool does not hold up, one after the other.
/// </summary>
#pragma warning disable CA1001 // Without a timer there is nothing to free, and somebody may just be registering.
public sealed class DrainNotice
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _draining = new();
    private readonly ILogger _logger;
    private CancellationTokenSource _lameDuck = new();

    internal DrainNotice(ServingState serving, ILogger<DrainNotice> logger)
    {
        _logger = logger;
        serving.LameDuckChanged += OnLameDuckChanged;
        if (serving.IsLameDuck)
            OnLameDuckChanged(true);
    }

    /// <summary>Cancelled when the process has been told to stop. It is not ready any more and goes on serving for <c>CrashShield:Drain:Delay</c>.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>
    /// Cancelled when each answer closes its connection, after the delay or in a hot restart: the time to send a last message, and to have the client come back, to another
    /// instance. The server stops <c>CrashShield:Drain:LameDuck</c> later. Take the token anew for each connection: a hot restart may be called off.
    /// </summary>
    public CancellationToken LameDuck => Volatile.Read(ref _lameDuck).Token;

    internal void TellDraining() => Cancel(_draining);

    private void OnLameDuckChanged(bool isLameDuck)
    {
        if (isLameDuck)
            Cancel(_lameDuck);
        else
            Volatile.Write(ref _lameDuck, new CancellationTokenSource());
    }

    // What is called is the application's, and must not hold up the drain.
    private void Cancel(CancellationTokenSource source) => new Thread(() =>
    {
        try
        {
            source.Cancel();
        }
        catch (Exception e)
        {
            GuardedLog.Write(() => DrainLog.NoticeFailed(_logger, LoggableException.Of(e), e.GetType().FullName));
        }
    })
    { IsBackground = true, Name = "shield notice" }.Start();
}
