using System.Reflection;

namespace CrashShield.Init.Tests.Protocol;

/// <summary>A packet of each type with all that it may carry.</summary>
internal static class Samples
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 256).Select(number => (byte)number)];

    public static IReadOnlyList<Message> All { get; } =
    [
        new(ControlType.Hello) { ProtocolVersion = 1, ProcessId = 4_194_304, Generation = 7, Version = "1.4.0", Build = "0f8fad5bd9cb469fa16570867728950e", Signals = "3,10,40" },
        new(ControlType.Loaded),
        new(ControlType.Listen) { Endpoint = "tcp:[fe80::1%2]:5080" },
        new(ControlType.Find) { Endpoint = "tcp:127.0.0.1:5080" },
        new(ControlType.Bound) { Endpoint = "tcp:127.0.0.1:5080" },
        new(ControlType.Waits) { Reason = "not healthy: masstransit-bus" },
        new(ControlType.Ready) { WarmUps = 400, Milliseconds = 1234.5625 },
        new(ControlType.Failed) { Reason = "not healthy: \"Datenbank\" \\ größer als 1 < 2 & 3\n\U0001f525" },
        new(ControlType.Verdict) { Accepted = false, Reason = "version 2.0.0 has another major version than 1.0.0" },
        new(ControlType.Opened),
        new(ControlType.Paused) { Connections = 10_000 },
        new(ControlType.Rested),
        new(ControlType.State) { Name = "carts/ä", Data = Bytes },
        new(ControlType.Restart),
        new(ControlType.Served),
        new(ControlType.Stopping) { Code = 70 },
        new(ControlType.Released) { Endpoint = "unix:/run/app.sock" },
        new(ControlType.Welcome) { Peer = true, Beside = true },
        new(ControlType.Refuse) { Reason = "Permission denied (13)", Errno = 13 },
        new(ControlType.Listening) { Endpoint = "unix:@app" },
        new(ControlType.Keep) { Endpoint = "tcp:127.0.0.1:0" },
        new(ControlType.Open) { LastDeath = "ended by SIGSEGV [signal, code 139]" },
        new(ControlType.Hurry),
        new(ControlType.Pause),
        new(ControlType.Resume),
        new(ControlType.Work),
        new(ControlType.Rest),
        new(ControlType.Offer) { Version = "1.5.0", Build = "b", Generation = 8 },
        new(ControlType.Collect),
        new(ControlType.Restarting),
        new(ControlType.Stop),
        new(ControlType.Figures) { Generation = 9, Restarts = 3, LastDeath = "killed code=137 generation=8 at=2026-11-25T09:51:21.604Z detail=killed by SIGKILL from outside" },
        new(ControlType.Alone),
        new(ControlType.Sole) { Endpoint = "unix:/run/app.sock" },
        new(ControlType.Signal) { Signal = 64 },
    ];

    public static Message Of(string type) => All.Single(sample => sample.Type == type);

    /// <summary>The properties of a message of either side, and their values.</summary>
    public static SortedDictionary<string, string> Properties(object message)
    {
        var properties = message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return new(properties.ToDictionary(property => property.Name, property => property.GetValue(message) switch
        {
            null => "-",
            byte[] bytes => Convert.ToHexString(bytes),
            var value => $"{value}",
        }));
    }
}
