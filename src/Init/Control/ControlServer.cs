using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;
using CrashShield.Init.Upgrade;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Control;

/// <summary>The control socket: it takes the sub-commands of whoever may open its file.</summary>
internal sealed class ControlServer : IPolled, ITimed
{
    private const int MaxConnections = 16;
    // More than are served: a client that is refused by an answer knows why.
    private const int Backlog = 128;
    private const uint OwnerOnly = 0b110_000_000; // 0600

    private readonly EventLoop _loop;
    private readonly Lead _lead;
    private readonly SelfUpgrade _upgrade;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly List<ControlConnection> _connections = [];

    // Given up for a moment when no other descriptor is left: a client that cannot be accepted would keep the loop turning.
    private int _reserve = OpenReserve();

    /// <param name="path">Where.</param>
    /// <param name="descriptor">The socket, if another image of this init has opened it; otherwise -1.</param>
    /// <param name="loop">The loop.</param>
    /// <param name="lead">Who does what is asked.</param>
    /// <param name="upgrade">Replaces the init.</param>
    /// <param name="time">The clock.</param>
    public ControlServer(string path, int descriptor, EventLoop loop, Lead lead, SelfUpgrade upgrade, TimeProvider time)
    {
        (_path, _loop, _lead, _upgrade, _time) = (path, loop, lead, upgrade, time);
        Descriptor = descriptor >= 0 ? descriptor : Open(path);
        _loop.Add((IPolled)this);
        _loop.Add((ITimed)this);
        lead.Progress += text => TellWatchers(ControlAnswer.Progress(text), isLast: false);
        lead.RestartEnded += (succeeded, text) =>
            TellWatchers(succeeded ? ControlAnswer.Done(text) : ControlAnswer.Error(text), isLast: true);
    }

    public int Descriptor { get; }

    public PollEvents Wanted => PollEvents.In;

    public Deadline NextDeadline => _connections.Aggregate(Deadline.Never, (next, connection) => Deadline.Earlier(next, connection.Deadline));

    public void Ready(PollEvents events)
    {
        for (int accepted; (accepted = Accept()) >= 0;)
        {
            var connection = new ControlConnection(accepted, _loop, Answer, _time);
            _connections.Add(connection);
            if (_connections.Count > MaxConnections)
                connection.End(ControlAnswer.Error($"more than {MaxConnections} control connections"));
        }

        if (Errno.Last is Errno.NoFiles or Errno.NoFilesInSystem)
            RefuseOne(Errno.Text(Errno.Last));
        Forget();
    }

    public void Tick()
    {
        foreach (var connection in _connections)
            connection.Tick();
        Forget();
    }

    /// <summary>Answers the one whose request has led to this image of the init.</summary>
    public void AnswerUpgrade(int client, string text)
    {
        if (client < 0)
            return;
        new ControlConnection(client, _loop, Answer, _time).End(ControlAnswer.Done(text));
    }

    /// <summary>The service has ended, and with it this socket.</summary>
    public void Close(string text)
    {
        foreach (var connection in _connections)
            connection.End(connection.AwaitsStop ? ControlAnswer.Done(text) : ControlAnswer.Error("the init ends"));
        SocketCalls.Unlink(_path);
        SocketCalls.Close(Descriptor);
        SocketCalls.Close(_reserve);
    }

    private static int Open(string path)
    {
        var descriptor = SocketCalls.Open(
            SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec | SocketCalls.NonBlocking, 0);
        if (descriptor < 0)
            throw new InitException(ExitCodes.OperatingSystem, $"--control '{path}' cannot be opened: {Errno.Text(Errno.Last)}");
        var address = SocketAddress.OfPath(path);
        SocketFile.TryRemoveStale(path);
        // Nobody can connect before listen: the mode is right by then.
        if (SocketCalls.Bind(descriptor, address, (uint)address.Length) != 0 || SocketCalls.ChangeMode(path, OwnerOnly) != 0
            || SocketCalls.Listen(descriptor, Backlog) != 0)
        {
            throw new InitException(ExitCodes.CannotCreate, $"--control '{path}' cannot be opened: {Errno.Text(Errno.Last)}");
        }

        return descriptor;
    }

    private static int OpenReserve() => SocketCalls.Open(SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec, 0);

    private void RefuseOne(string reason)
    {
        SocketCalls.Close(_reserve);
        if (Accept() is >= 0 and var accepted)
            new ControlConnection(accepted, _loop, Answer, _time).End(ControlAnswer.Error($"no descriptor is left: {reason}"));
        _reserve = OpenReserve();
    }

    private int Accept() => SocketCalls.Accept(Descriptor, 0, 0, SocketCalls.CloseOnExec | SocketCalls.NonBlocking);

    private void Answer(ControlConnection connection, string command)
    {
        switch (command)
        {
            case "status":
                connection.End(StatusAnswer.Of(_lead));
                break;
            case "restart":
                if (_lead.BeginRestart("the control socket") is { } refusal)
                {
                    Output.Log($"hot restart refused: {refusal}");
                    connection.End(ControlAnswer.Error(refusal));
                }
                else
                {
                    connection.AwaitsRestart = true;
                    connection.Send(ControlAnswer.Progress($"{_lead.Swap?.New} started"));
                }

                break;
            case "stop":
                connection.AwaitsStop = true;
                connection.Send(ControlAnswer.Progress("stopping"));
                if (!_lead.IsStopping)
                    _lead.Stop("the control socket", forward: true);
                break;
            default:
                connection.End(ControlAnswer.Error(_upgrade.Execute(_lead, Descriptor, connection.Descriptor)));
                break;
        }
    }

    private void TellWatchers(byte[] line, bool isLast)
    {
        foreach (var connection in _connections.Where(connection => connection.AwaitsRestart))
        {
            if (isLast)
                connection.End(line);
            else
                connection.Send(line);
        }
    }

    private void Forget() => _connections.RemoveAll(connection => connection.IsClosed);
}
