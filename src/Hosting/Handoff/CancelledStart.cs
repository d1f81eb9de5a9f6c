using CrashShield.Hosting.Drain;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// Has a process end well that is told to stop while it starts beside another, as a spare or a new build. Its host gives the start up by an <see cref="OperationCanceledException"/>, which few programs catch: it
/// would end by SIGABRT, with a stack trace and a crash report, though nothing is wrong.
/// </summary>
internal sealed class CancelledStart(LedWorker led, DrainSequence drain, ProcessEnd end)
{
    /// <summary>Until the host has started: nothing that its program does later is meant.</summary>
    public static void Watch(LedWorker led, DrainSequence drain, ProcessEnd end, IHostApplicationLifetime lifetime)
    {
        var start = new CancelledStart(led, drain, end);
        AppDomain.CurrentDomain.UnhandledException += start.EndWell;
        lifetime.ApplicationStarted.UnsafeRegister(static start => AppDomain.CurrentDomain.UnhandledException -= ((CancelledStart)start!).EndWell, start);
    }

    /// <summary>Whether what nobody has caught is what a start throws that is given up.</summary>
    public static bool IsCancellation(object thrown) =>
        thrown is OperationCanceledException || (thrown is AggregateException several && several.Flatten().InnerExceptions.All(static inner => inner is OperationCanceledException));

    private void EndWell(object sender, UnhandledExceptionEventArgs thrown)
    {
        if (led.IsBeside && drain.Request is not null && IsCancellation(thrown.ExceptionObject))
            end.EndWell();
    }
}
