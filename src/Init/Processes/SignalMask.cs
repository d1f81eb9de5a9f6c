namespace CrashShield.Init.Processes;

/// <summary>
/// The signals that the init reads from its queue. They have to be blocked in every thread, and the runtime has started some before Main,
/// where a signal would find its default action: the mask outlives exec, so the process blocks them and executes itself once more.
/// </summary>
internal static unsafe class SignalMask
{
    private const string Executed = "CRASHSHIELD_INIT_MASKED";

    public static SignalSet Handled { get; } = SignalSet.Of(
        Signal.Hup, Signal.Int, Signal.Quit, Signal.Usr1, Signal.Usr2, Signal.Term, Signal.Chld, Signal.Winch).WithRealTime();

    /// <summary>Variables of the init's own that its worker is not to see.</summary>
    public static string Variable => Executed;

    public static void Block(ProcessImage image)
    {
        var (handled, old) = (Handled, default(SignalSet));
        ProcessCalls.SetSignalMask(ProcessCalls.BlockSignals, &handled, &old);
        // Inherited "ignore" of SIGCHLD would leave nothing to wait for.
        ProcessCalls.SetAction((int)Signal.Chld, ProcessCalls.DefaultAction);
        ProcessCalls.SetAction((int)Signal.Pipe, ProcessCalls.IgnoreAction);
        if (old.Holds(handled) || image.HasVariable(Executed))
            return;

        var errno = Executable.Replace(image.Executable, image.Arguments, image.EnvironmentWith([], [new(Executed, "1")]));
        Output.Log($"cannot execute {image.Executable} with signals blocked: {Errno.Text(errno)}");
    }
}
