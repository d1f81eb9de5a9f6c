namespace CrashShield.Drills.Ordinary;

/// <summary>Work that waits and keeps no thread, however many requests are in flight.</summary>
internal static class WaitingKinds
{
    private const int Streams = 500;

    public static IReadOnlyList<Kind> All { get; } =
    [
        new("async-1-ms", OrdinaryLoad.Open("/delay?ms=1", 400)),
        new("async-50-ms", OrdinaryLoad.Open("/delay?ms=50", 400)) { IsShort = true },
        new("async-5-s", OrdinaryLoad.Open("/delay?ms=5000", 300, takes: 5)),
        // 600 a second that take 5 s each: 3,000 in flight.
        new("long-polls", OrdinaryLoad.Open("/delay?ms=5000", 600, takes: 5)),
        new("server-sent-events", OrdinaryLoad.Open("/ok", 300)) { Clients = static (server, over) => EventStreams.ListenAsync(server, Streams, over) },
    ];
}
