using System.Globalization;

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

    /// <summary>What was blocked when this process was started: what it starts begins with the same.</summary>
    public static SignalSet Inherited { get; private set; }

    /// <summary>Whether a signal was ignored when this process was started, as <c>nohup</c> does: what it starts ignores it too.</summary>
    public static bool IsIgnored(Signal signal)
    {
        // struct sigaction begins with the handler, on the architectures of .NET.
        var action = stackalloc nint[64];
        return ProcessCalls.GetAction((int)signal, null, action) == 0 && action[0] == ProcessCalls.IgnoreAction;
    }

    /// <param name="image">What this process is to execute once more.</param>
    /// <param name="prepare">Called before that; it says whether that has to be in any case.</param>
    public static void Block(ProcessImage image, Func<bool> prepare)
    {
        var (handled, old) = (Handled, default(SignalSet));
        ProcessCalls.SetSignalMask(ProcessCalls.BlockSignals, &handled, &old);
        Inherited = image.VariableOf(Executed) is { } before ? Parse(before) : old;
        // Inherited "ignore" of SIGCHLD would leave nothing to wait for.
        ProcessCalls.SetAction((int)Signal.Chld, ProcessCalls.DefaultAction);
        ProcessCalls.SetAction((int)Signal.Pipe, ProcessCalls.IgnoreAction);
        var hasToExecute = prepare();
        if (image.HasVariable(Executed) || (old.Holds(handled) && !hasToExecute))
            return;

        var mask = old[0].ToString("x16", CultureInfo.InvariantCulture);
        var errno = Executable.Replace(image.Executable, image.Arguments, image.EnvironmentWith([], [new(Executed, mask)]));
        Output.Log($"cannot execute {image.Executable} with signals blocked: {Errno.Text(errno)}");
    }

    // An image before this one has written "1", and no mask.
    private static SignalSet Parse(string mask)
    {
        var set = default(SignalSet);
        if (mask.Length == 16 && ulong.TryParse(mask, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var signals))
            set[0] = signals;
        return set;
    }
}
