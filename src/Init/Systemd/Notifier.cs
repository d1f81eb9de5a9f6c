using System.Globalization;
using System.Text;
using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;

namespace CrashShield.Init.Systemd;

/// <summary>sd_notify(3): tells systemd how the service is. Without NOTIFY_SOCKET it tells nobody.</summary>
internal sealed class Notifier : ITimed
{
    // systemd reads them one after the other, and may be behind.
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(100);
    private const int MostUnsent = 16;

    private readonly Queue<byte[]> _unsent = [];
    private readonly byte[]? _address;
    private readonly TimeSpan? _watchdog;
    private readonly TimeProvider _time;
    private Deadline _alive = Deadline.Never;
    private Deadline _again = Deadline.Never;

    public Notifier(string? socket, string? watchdogMicroseconds, TimeProvider time)
    {
        _time = time;
        _address = socket is ['/' or '@', ..] ? SocketAddress.OfPath(socket) : null;
        if (_address is not null && long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var interval) && interval > 0)
        {
            // Half of the interval, sd_watchdog_enabled(3).
            _watchdog = TimeSpan.FromMicroseconds(interval) / 2;
            _alive = Deadline.In(time, _watchdog.Value);
        }
    }

    public Deadline NextDeadline => Deadline.Earlier(_alive, _again);

    public void Ready() => Send("READY=1");

    public void Stopping() => Send("STOPPING=1");

    public void Status(string text) => Send($"STATUS={text}");

    public void Tick()
    {
        if (_again.HasPassed(_time))
            SendAll();
        if (_watchdog is not { } interval || !_alive.HasPassed(_time))
            return;
        _alive = Deadline.In(_time, interval);
        Send("WATCHDOG=1");
    }

    private void Send(string text)
    {
        if (_address is null || _unsent.Count == MostUnsent)
            return;
        _unsent.Enqueue(Encoding.UTF8.GetBytes(text));
        SendAll();
    }

    // One that is lost is not asked for: a unit whose READY=1 has not come is ended at its start's timeout.
    private void SendAll()
    {
        _again = Deadline.Never;
        while (_unsent.TryPeek(out var text))
        {
            if (TrySend(text) == Errno.Again)
            {
                _again = Deadline.In(_time, AgainAfter);
                return;
            }

            _unsent.Dequeue();
        }
    }

    private int TrySend(byte[] text)
    {
        var descriptor = SocketCalls.Open(SocketAddress.Unix, SocketCalls.Datagram | SocketCalls.CloseOnExec, 0);
        if (descriptor < 0)
            return Errno.Last;
        var sent = SocketCalls.SendTo(descriptor, text, (nuint)text.Length, SocketCalls.NoSignal | SocketCalls.DoNotWait, _address!, (uint)_address!.Length);
        var error = sent < 0 ? Errno.Last : 0;
        SocketCalls.Close(descriptor);
        return error;
    }
}
