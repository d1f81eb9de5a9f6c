using System.Runtime.InteropServices;
using CrashShield.Hosting.Drain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// Takes the place of the console's lifetime, and of no other: that one stops the host at once, and at SIGQUIT too. SIGTERM, SIGINT and SIGHUP begin the drain; the next one means now.
/// What it logs is what the console's lifetime logs.
/// </summary>
internal sealed class SignalLifetime(
    IServiceProvider services, IOptions<CrashShieldOptions> options, IOptions<ConsoleLifetimeOptions> console, IHostEnvironment environment,
    IHostApplicationLifetime lifetime, ILoggerFactory loggers) : IHostLifetime, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger(ConsoleLifetimeLog.Category);
    private readonly List<IDisposable> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        if (!console.Value.SuppressStatusMessages)
        {
            _registrations.Add(lifetime.ApplicationStarted.Register(TellStarted));
            _registrations.Add(lifetime.ApplicationStopping.Register(TellStopping));
        }

        // Not asked for by the constructor: the host is built with its lifetime, and a wrong setting is to end the start.
        var drain = services.GetRequiredService<DrainSequence>();
        StopAt(PosixSignal.SIGINT, drain);
        StopAt(PosixSignal.SIGTERM, drain);
        var taken = SignalMap.Of(options.Value.Signals);
        if (!Array.Exists(taken, static signal => signal.Number == SignalName.Quit))
            StopAt(PosixSignal.SIGQUIT, drain);
        // nohup(1) has it ignored, and a handler would undo that.
        if (options.Value.Signals.StopOnHangUp && !Array.Exists(taken, static signal => signal.Number == SignalName.HangUp) && !SignalMask.IsIgnored(SignalName.HangUp))
            StopAt(PosixSignal.SIGHUP, drain);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _registrations.Clear();
    }

    // .NET delivers the first three on a thread of its own for each, whatever the pool does; SIGHUP on the pool.
    private void StopAt(PosixSignal signal, DrainSequence drain) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        drain.Begin(signal.ToString());
        // When the handler of a closing console returns, Windows ends the process.
        if (OperatingSystem.IsWindows() && signal is PosixSignal.SIGTERM or PosixSignal.SIGHUP)
            drain.WaitForEnd();
    }));

    private void TellStarted()
    {
        ConsoleLifetimeLog.Started(_logger);
        ConsoleLifetimeLog.Environment(_logger, environment.EnvironmentName);
        ConsoleLifetimeLog.ContentRoot(_logger, environment.ContentRootPath);
    }

    private void TellStopping() => ConsoleLifetimeLog.Stopping(_logger);
}
