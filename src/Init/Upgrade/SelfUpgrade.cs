using System.Globalization;
using System.Text;
using CrashShield.Init.Control;
using CrashShield.Init.Hooks;
using CrashShield.Init.Listeners;
using CrashShield.Init.Options;
using CrashShield.Init.Processes;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Upgrade;

/// <summary>
/// Replaces the init by the binary that now has its path: the process stays the same, and so do its children and its sockets. The workers
/// notice nothing.
/// </summary>
internal sealed class SelfUpgrade(ProcessImage image, int ownArguments, WorkerBounds bounds, HookRunner hooks)
{
    /// <summary>Asks a new image, before it is executed, whether it can read this one's state and its command line, which follows.</summary>
    public const string CheckOption = "--can-take-over";

    private static readonly TimeSpan CheckBound = TimeSpan.FromSeconds(5);

    /// <summary>The answer of a new image.</summary>
    /// <returns>An exit code: <see cref="ExitCodes.Usage"/> for another format, as from an image before this one for any command line.</returns>
    public static int Check(string format, IReadOnlyList<string> line)
    {
        if (format != $"{Takeover.Format}")
            return ExitCodes.Usage;
        try
        {
            return line.Count == 0 || OptionParser.Parse(line).Run is not null ? 0 : ExitCodes.Unfit;
        }
        catch (InitException e)
        {
            Output.Log(e.Message);
            return ExitCodes.Unfit;
        }
    }

    /// <returns>Only when it has not happened: why not.</returns>
    public string Execute(Lead lead, ControlSocket control, int client)
    {
        if (Readiness.WhyNoUpgrade(lead) is { } refusal)
            return refusal;
        // Nobody would end it at its bound.
        if (!hooks.IsIdle)
            return "a hook is still running";
        if (WhyUnfit() is { } unfit)
            return unfit;

        lead.SaveMarker();
        var takeover = Describe(lead, control, client);
        Output.Log($"executing {image.Executable} in place of this image");
        foreach (var descriptor in takeover.Descriptors)
            SocketCalls.SetCloseOnExec(descriptor, false);
        var environment = image.EnvironmentWith([Takeover.Variable], [new(Takeover.Variable, TakeoverJson.Write(takeover))]);
        var errno = Executable.Replace(image.Executable, image.Arguments, environment);
        foreach (var descriptor in takeover.Descriptors)
            SocketCalls.SetCloseOnExec(descriptor, true);
        return $"cannot execute {image.Executable}: {Errno.Text(errno)}";
    }

    private Takeover Describe(Lead lead, ControlSocket control, int client) => new()
    {
        Generation = lead.Generation,
        Restarts = lead.Restarts,
        Hello = bounds.Hello,
        Serving = Describe(lead.Serving!),
        Spare = lead.Spare is { } spare ? Describe(spare) : null,
        Control = control.Descriptor,
        ControlInode = control.Inode,
        Client = client,
        Listeners =
        [
            .. lead.Listeners.All.Where(listener => listener.IsHeld).Select(listener => new ListenerRecord(
                listener.Key.Endpoint.Text, listener.Key.Ordinal, listener.Descriptor, listener.Bound.Text, listener.Inode,
                listener.IsGiven, listener.IsPassed)),
        ],
    };

    private static WorkerRecord Describe(Worker worker) => new()
    {
        ProcessId = worker.ProcessId,
        Generation = worker.Generation,
        StartedAt = worker.StartedAt,
        Descriptor = worker.Link.Descriptor,
        Version = worker.Version,
        Build = worker.Build,
        Signals = worker.TakenSignals,
        Asked = [.. worker.Asked.Select(asked => (asked.Endpoint.Text, asked.Times))],
    };

    private string? WhyUnfit()
    {
        // It may not know an option any more. An image before this one takes no command line.
        var unfit = WhyUnfit(image.Arguments.TakeLast(ownArguments), out var code);
        return code == ExitCodes.Usage ? WhyUnfit([], out _) : unfit;
    }

    private string? WhyUnfit(IEnumerable<byte[]> line, out int? code)
    {
        code = null;
        List<byte[]> command =
        [
            Encoding.UTF8.GetBytes(image.Executable),
            // `dotnet crashshield-init.dll`: the host's own arguments come first.
            .. image.Arguments.Take(image.Arguments.Count - ownArguments).Skip(1),
            Encoding.UTF8.GetBytes(CheckOption),
            Encoding.UTF8.GetBytes(Takeover.Format.ToString(CultureInfo.InvariantCulture)),
            .. line,
        ];
        var errno = Spawner.TrySpawn(command[0], command, image.Environment, inherited: -1, SignalMask.Inherited, directory: null, out var processId);
        if (errno != 0)
            return $"cannot execute {image.Executable}: {Errno.Text(errno)}";
        var ended = ChildProcess.Wait(processId, CheckBound);
        code = ended?.ShellCode;
        return ended switch
        {
            { ShellCode: 0 } => null,
            { } status => $"{image.Executable} cannot take over: it {status}",
            null => $"{image.Executable} has not said within {CheckBound.TotalSeconds:0} s that it can take over",
        };
    }
}
