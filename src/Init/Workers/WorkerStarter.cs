using System.Globalization;
using System.Text;
using CrashShield.Init.Listeners;
using CrashShield.Init.Marker;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;
using CrashShield.Init.Upgrade;

namespace CrashShield.Init.Workers;

/// <summary>Starts the command with its control channel.</summary>
internal sealed class WorkerStarter(EventLoop loop, ProcessImage image, IReadOnlyList<byte[]> command, string? snapshots, TimeProvider time)
    : IWorkerStarter
{
    // What is the init's own: systemd talks to it, not to the worker.
    private static readonly HashSet<string> OwnVariables =
    [
        WorkerVariables.ControlDescriptor, WorkerVariables.Generation, WorkerVariables.LastDeath, SignalMask.Variable, Takeover.Variable,
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "LISTEN_PIDFDID", "WATCHDOG_USEC", "WATCHDOG_PID",
    ];

    public Worker Start(int generation, Death? lastDeath, Action<Worker, Message> received)
    {
        if (PacketSocket.OpenPair(out var own, out var childs) is not 0 and var error)
            throw new SpawnException(Name, error);

        var errno = Spawner.TrySpawn(command[0], command, EnvironmentOf(childs, generation, lastDeath), childs, keptIgnored: default, out var processId);
        SocketCalls.Close(childs);
        if (errno != 0)
        {
            SocketCalls.Close(own);
            throw new SpawnException(Name, errno);
        }

        var worker = Attach(processId, generation, time.GetUtcNow(), own, received);
        // After the start: the disk may hang.
        CrashFiles.Prune(snapshots);
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

    private string Name => Encoding.UTF8.GetString(command[0]);

    private List<byte[]> EnvironmentOf(int descriptor, int generation, Death? lastDeath)
    {
        List<KeyValuePair<string, string>> added =
        [
            new(WorkerVariables.ControlDescriptor, descriptor.ToString(CultureInfo.InvariantCulture)),
            new(WorkerVariables.Generation, generation.ToString(CultureInfo.InvariantCulture)),
            .. CrashVariables.For(snapshots, image.HasVariable),
        ];
        if (lastDeath is not null)
            added.Add(new(WorkerVariables.LastDeath, lastDeath.ToVariable()));
        return image.EnvironmentWith(OwnVariables, added);
    }
}
