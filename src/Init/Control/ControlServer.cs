using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;
using CrashShield.Init.Upgrade;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Control;

/// <summary>The control socket: it takes the sub-commands of whoever may open its file.</summary>
internal sealed class ControlServer : IPolled, ITimed
{
    private const int MaxConnections = 16;
    private const string Asker = "the control socket";

    private readonly EventLoop _loop;
    private readonly Lead _lead;
    private readonly SelfUpgrade _upgrade;
    private readonly TimeProvider _time;
    private readonly ControlSocket _socket;
    private readonly List<ControlConnection> _connections = [];

    // Given up for a moment when no other descriptor is left: a client that cannot be accepted would keep the loop turning.
    private int _reserve = OpenReserve();

    /// <param name="socket">Where it listens.</param>
    /// <param name="loop">The loop.</param>
    /// <param name="lead">Who does what is asked.</param>
    /// <param name="upgrade">Replaces the init.</param>
    /// <param name="time">The clock.</param>
    public ControlServer(ControlSocket socket, EventLoop loop, Lead lead, SelfUpgrade upgrade, TimeProvider time)
    {
        (_socket, _loop, _lead, _upgrade, _time) = (socket, loop, lead, upgrade, time);
        _loop.Add((IPolled)this);
        _loop.Add((ITimed)this);
        lead.Progress += TellProgress;
        lead.ColdRestart.Progress += TellProgress;
        lead.RestartEnded += TellEnd;
        lead.ColdRestart.Ended += TellEnd;
    }

    public int Descriptor => _socket.Descriptor;

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
        _loop.Remove(this);
        _socket.Close();
        SocketCalls.Close(_reserve);
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
                if (HasBegun(connection, "hot", _lead.BeginRestart(Asker)))
                    connection.Send(ControlAnswer.Progress($"{_lead.Swap?.New} started"));
                break;
            case "cold-restart":
                if (HasBegun(connection, "cold", _lead.BeginColdRestart(Asker)))
                    connection.Send(ControlAnswer.Progress(_lead.Serving is { } old ? $"{old} stops" : "no worker is up; the next one starts at once"));
                break;
            case "stop":
                connection.AwaitsStop = true;
                connection.Send(ControlAnswer.Progress("stopping"));
                if (!_lead.IsStopping)
                    _lead.Stop(Asker, forward: true);
                break;
            default:
                connection.End(ControlAnswer.Error(_upgrade.Execute(_lead, _socket, connection.Descriptor)));
                break;
        }
    }

    private static bool HasBegun(ControlConnection connection, string kind, string? refusal)
    {
        connection.AwaitsRestart = refusal is null;
        if (refusal is null)
            return true;
        Output.Log($"{kind} restart refused: {refusal}");
        connection.End(ControlAnswer.Error(refusal));
        return false;
    }

    private void TellProgress(string text) => TellWatchers(ControlAnswer.Progress(text), isLast: false);

    private void TellEnd(bool succeeded, string text) => TellWatchers(succeeded ? ControlAnswer.Done(text) : ControlAnswer.Error(text), isLast: true);

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
