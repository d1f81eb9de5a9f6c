using System.Globalization;
using System.Text;
using CrashShield.Init.Listeners;
using CrashShield.Init.Polling;

namespace CrashShield.Init.Systemd;

/// <summary>sd_notify(3): tells systemd how the service is. Without NOTIFY_SOCKET it tells nobody.</summary>
internal sealed class Notifier : ITimed
{
    private readonly byte[]? _address;
    private readonly TimeSpan? _watchdog;
    private readonly TimeProvider _time;

    public Notifier(string? socket, string? watchdogMicroseconds, TimeProvider time)
    {
        _time = time;
        _address = socket is ['/' or '@', ..] ? SocketAddress.OfPath(socket) : null;
        if (_address is not null && long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var interval) && interval > 0)
        {
            // Half of the interval, sd_watchdog_enabled(3).
            _watchdog = TimeSpan.FromMicroseconds(interval) / 2;
            NextDeadline = Deadline.In(time, _watchdog.Value);
        }
    }

    public Deadline NextDeadline { get; private set; }

    public void Ready() => Send("READY=1");

    public void Stopping() => Send("STOPPING=1");

    public void Status(string text) => Send($"STATUS={text}");

    public void Tick()
    {
        if (_watchdog is not { } interval || !NextDeadline.HasPassed(_time))
            return;
        NextDeadline = Deadline.In(_time, interval);
        Send("WATCHDOG=1");
    }

    private void Send(string text)
    {
        if (_address is null)
            return;
        var descriptor = SocketCalls.Open(SocketAddress.Unix, SocketCalls.Datagram | SocketCalls.CloseOnExec, 0);
        if (descriptor < 0)
            return;
        var bytes = Encoding.UTF8.GetBytes(text);
        SocketCalls.SendTo(descriptor, bytes, (nuint)bytes.Length, SocketCalls.NoSignal | SocketCalls.DoNotWait, _address, (uint)_address.Length);
        SocketCalls.Close(descriptor);
    }
}
