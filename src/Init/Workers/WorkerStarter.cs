using System.Globalization;
using System.Text;
using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Options;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;
using CrashShield.Init.Upgrade;

namespace CrashShield.Init.Workers;

/// <summary>Starts the command with its control channel.</summary>
internal sealed class WorkerStarter(EventLoop loop, ProcessImage image, IReadOnlyList<byte[]> command, ListenerTable listeners, InitOptions options, TimeProvider time)
    : IWorkerStarter
{
    /// <summary>What is the init's own, or one worker's: systemd talks to the init, not to what it starts.</summary>
    public static IReadOnlyCollection<string> OwnVariables { get; } = new HashSet<string>
    {
        WorkerVariables.ControlDescriptor, WorkerVariables.Generation, WorkerVariables.LastDeath, WorkerVariables.LedBy, WorkerVariables.Listen, Helpers.Variable, SignalMask.Variable,
        Takeover.Variable,
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "LISTEN_PIDFDID", "WATCHDOG_USEC", "WATCHDOG_PID",
    };

    public Worker Start(int generation, Death? lastDeath, Action<Worker, Message> received)
    {
        if (PacketSocket.OpenPair(out var own, out var childs) is not 0 and var error)
            throw new SpawnException(Name, error);

        var errno = TrySpawn(EnvironmentOf(childs, generation, lastDeath), childs, out var processId);
        SocketCalls.Close(childs);
        if (errno != 0)
        {
            SocketCalls.Close(own);
            throw new SpawnException(Name, errno);
        }

        if (options.Directory is null && WorkingDirectory.IsGone())
            Output.Log("the working directory was deleted, and the worker finds no file in it: --directory DIR is looked up anew for each worker");

        var worker = Attach(processId, generation, time.GetUtcNow(), own, received);
        // After the start: the disk may hang.
        CrashFiles.Prune(options.Snapshots);
        return worker;
    }

    /// <summary>A worker that runs already, by the process and the descriptor of its channel.</summary>
    public Worker Attach(int processId, int generation, DateTimeOffset startedAt, int descriptor, Action<Worker, Message> received)
    {
        var channel = new ControlChannel(loop, processId, descriptor);
        var worker = new Worker(processId, generation, startedAt, channel);
        channel.Listen(message => received(worker, message));
        return worker;
    }

    private string Name => options.Directory is { } directory && !Directory.Exists(directory)
        ? $"{Encoding.UTF8.GetString(command[0])} in --directory '{directory}'"
        : Encoding.UTF8.GetString(command[0]);

    private int TrySpawn(IReadOnlyList<byte[]> environment, int descriptor, out int processId)
    {
        var errno = TrySpawn(command, environment, descriptor, out processId);
        return errno == Errno.NoExecutable
            ? TrySpawn(ShellScript.CommandOf(command, image.VariableOf("PATH")), environment, descriptor, out processId)
            : errno;
    }

    private int TrySpawn(IReadOnlyList<byte[]> words, IReadOnlyList<byte[]> environment, int descriptor, out int processId) =>
        Spawner.TrySpawn(words[0], words, environment, descriptor, SignalMask.Inherited, options.Directory, out processId);

    private List<byte[]> EnvironmentOf(int descriptor, int generation, Death? lastDeath)
    {
        List<KeyValuePair<string, string>> added =
        [
            new(WorkerVariables.ControlDescriptor, descriptor.ToString(CultureInfo.InvariantCulture)),
            new(WorkerVariables.Generation, generation.ToString(CultureInfo.InvariantCulture)),
            new(WorkerVariables.LedBy, HelpText.Version),
            .. CrashVariables.For(options.Snapshots, image.HasVariable),
        ];
        if (options.EndHelpers is not null)
            added.Add(new(Helpers.Variable, Helpers.MarkOf(generation)));
        if (lastDeath is not null)
            added.Add(new(WorkerVariables.LastDeath, lastDeath.ToVariable()));
        // In the place of systemd's own: the worker asks for what it uses of them.
        if (string.Join('\n', listeners.All.Where(listener => listener.IsGiven).Select(listener => listener.Key.Endpoint.Text)) is { Length: > 0 } given)
            added.Add(new(WorkerVariables.Listen, given));
        return image.EnvironmentWith(OwnVariables, added);
    }
}
