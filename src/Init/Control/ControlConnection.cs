using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;

namespace CrashShield.Init.Control;

/// <summary>One client of the control socket. It may be slow, silent or hostile: what it sends is bounded in size and time.</summary>
internal sealed class ControlConnection : IPolled
{
    // In buffers: as much as a Unix socket takes at once by default, net.core.wmem_default.
    private const int MostUnread = 52;

    private static readonly TimeSpan RequestBound = TimeSpan.FromSeconds(5);

    private readonly EventLoop _loop;
    private readonly Action<ControlConnection, string> _answer;
    private readonly TimeProvider _time;
    private readonly byte[] _request = new byte[ControlRequest.MaxLength];
    private int _length;
    private bool _isAnswered;
    private bool _sendsNoMore;

    public ControlConnection(int descriptor, EventLoop loop, Action<ControlConnection, string> answer, TimeProvider time)
    {
        (Descriptor, _loop, _answer, _time) = (descriptor, loop, answer, time);
        Deadline = Deadline.In(time, RequestBound);
        loop.Add(this);
    }

    public int Descriptor { get; }

    // The end of what the client sends stays readable for ever.
    public PollEvents Wanted => _sendsNoMore ? PollEvents.None : PollEvents.In;

    /// <summary>Until when its request has to be there.</summary>
    public Deadline Deadline { get; private set; }

    public bool IsClosed { get; private set; }

    public bool AwaitsRestart { get; set; }

    public bool AwaitsStop { get; set; }

    public void Ready(PollEvents events)
    {
        if (_isAnswered)
        {
            // Both directions are closed: nobody waits for the answer.
            if (events.HasFlag(PollEvents.HangUp))
                Close();
            // More than one request: it is told what it asked for first, and no more.
            else if (Receive(stackalloc byte[512]) == 0)
                _sendsNoMore = true;
            return;
        }

        while (!IsClosed && !_isAnswered)
        {
            var received = Receive(_request.AsSpan(_length));
            if (received < 0)
                return;
            if (received == 0)
                Refuse(_length == 0 ? "there was no request" : "the request has no end: a line feed is missing");
            else
                Add((int)received);
        }
    }

    public void Tick()
    {
        if (!IsClosed && Deadline.HasPassed(_time))
            Refuse($"no request within {RequestBound.TotalSeconds:0} s");
    }

    public void Send(byte[] line)
    {
        // A client that does not read what it asked for loses it.
        if (!IsClosed && SocketCalls.Send(Descriptor, line, (nuint)line.Length, SocketCalls.NoSignal | SocketCalls.DoNotWait) != line.Length)
            Close();
    }

    public void End(byte[] line)
    {
        _isAnswered = true;
        Send(line);
        Discard();
        Close();
    }

    // The client of a connection that is closed with something unread is told of a reset, and may not read its answer, unix(7).
    private void Discard()
    {
        Span<byte> unread = stackalloc byte[ControlRequest.MaxLength];
        for (var times = 0; times < MostUnread && !IsClosed && Receive(unread) > 0;)
            times++;
    }

    private void Add(int received)
    {
        var line = _request.AsSpan(_length, received).IndexOf((byte)'\n');
        _length += received;
        if (line < 0 && _length == _request.Length)
        {
            Refuse($"the request is longer than {ControlRequest.MaxLength} bytes");
            return;
        }

        if (line < 0)
            return;
        (_isAnswered, Deadline) = (true, Deadline.Never);
        try
        {
            _answer(this, ControlRequest.Parse(_request.AsMemory(0, _length - received + line)));
        }
        catch (FormatException e)
        {
            Refuse(e.Message);
        }
    }

    private void Refuse(string reason) => End(ControlAnswer.Error(reason));

    private nint Receive(Span<byte> buffer) => SocketCalls.Receive(Descriptor, buffer, (nuint)buffer.Length, SocketCalls.DoNotWait);

    private void Close()
    {
        if (IsClosed)
            return;
        (IsClosed, Deadline) = (true, Deadline.Never);
        _loop.Remove(this);
        SocketCalls.Close(Descriptor);
    }
}
