using System.Globalization;

namespace CrashShield.Load;

/// <summary>What to send where, and when to stop: after the duration or the count, whichever comes first.</summary>
/// <param name="Target">Where to send.</param>
/// <param name="Connections">How many connections, each with one request at a time.</param>
/// <param name="Duration">How long is measured.</param>
/// <param name="Count">How many measured requests at most.</param>
/// <param name="Warmup">How long is sent before without measuring.</param>
/// <param name="Rate">Requests a second (open loop), or none: as fast as the answers come (closed loop).</param>
/// <param name="Status">The status that a right answer has.</param>
/// <param name="Good">How late a right answer may be and still be of use.</param>
/// <param name="Think">How long a connection waits between an answer and its next request on average (closed loop).</param>
/// <param name="FirstByteDelay">Each request on a connection of its own, and so long between its opening and the first byte (closed loop); none: connections are kept.</param>
/// <param name="IsHttp2">HTTP/2 without TLS, one connection each (closed loop).</param>
/// <param name="Patience">How long after the load's end an answer is still waited for; none: for ever, which a server that has collapsed may need.</param>
/// <param name="LooksBefore">Whether an idle connection is looked at before it is used again (open loop).</param>
/// <param name="SecondByteAfter">Each request is a POST of two bytes, the second of which comes so long after the first (open loop).</param>
public sealed record LoadOptions(
    Target Target, int Connections, TimeSpan Duration, long Count, TimeSpan Warmup, double? Rate, int Status, TimeSpan Good,
    TimeSpan Think = default, TimeSpan? FirstByteDelay = null, bool IsHttp2 = false,
    TimeSpan? Patience = null, TimeSpan? SecondByteAfter = null, bool LooksBefore = false)
{
    public const string Usage =
        "usage: CrashShield.Load URL [--connections 32] [--duration SECONDS=5] [--count N] [--warmup SECONDS=0] [--rate PER_SECOND] [--status 200] [--good SECONDS=0.5] " +
        "[--think SECONDS=0] [--first-byte-delay SECONDS] [--http 1|2] [--patience SECONDS] [--second-byte-after SECONDS] [--looks-before 0|1]";

    /// <exception cref="ArgumentException">An argument is missing, unknown or out of range.</exception>
    public static LoadOptions Parse(string[] args)
    {
        if (args is not [var url, .. var rest])
            throw new ArgumentException("The URL is missing.");

        var options = new LoadOptions(Target.Parse(url), 32, TimeSpan.FromSeconds(5), long.MaxValue, TimeSpan.Zero, null, 200, TimeSpan.FromSeconds(0.5));
        for (; rest is [var name, var value, ..]; rest = rest[2..])
            options = options.With(name, value);
        return rest is [] ? options : throw new ArgumentException($"{rest[0]} has no value.");
    }

    /// <summary>Waits as a client does between an answer and its next request: for half as long to half as long again, as clients that all wait for the same time come back as one burst.</summary>
    public Task ThinkAsync() => Task.Delay(Think * (0.5 + Random.Shared.NextDouble()));

    private LoadOptions With(string name, string value) => name switch
    {
        "--connections" => this with { Connections = (int)Number(name, value, 1, 10_000) },
        "--duration" => this with { Duration = TimeSpan.FromSeconds(Number(name, value, 0.001, 3_600)) },
        "--count" => this with { Count = (long)Number(name, value, 1, 1e12) },
        "--warmup" => this with { Warmup = TimeSpan.FromSeconds(Number(name, value, 0, 3_600)) },
        "--rate" => this with { Rate = Number(name, value, 0.1, 1e6) },
        "--status" => this with { Status = (int)Number(name, value, 200, 599) },
        "--think" => this with { Think = TimeSpan.FromSeconds(Number(name, value, 0, 3_600)) },
        "--first-byte-delay" => this with { FirstByteDelay = TimeSpan.FromSeconds(Number(name, value, 0, 3_600)) },
        "--http" => this with { IsHttp2 = Number(name, value, 1, 2) == 2 },
        "--patience" => this with { Patience = TimeSpan.FromSeconds(Number(name, value, 0, 3_600)) },
        "--looks-before" => this with { LooksBefore = Number(name, value, 0, 1) == 1 },
        "--second-byte-after" => this with { SecondByteAfter = TimeSpan.FromSeconds(Number(name, value, 0, 3_600)) },
        "--good" => this with { Good = TimeSpan.FromSeconds(Number(name, value, 0.001, 3_600)) },
        _ => throw new ArgumentException($"{name} is unknown."),
    };

    private static double Number(string name, string value, double min, double max) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new ArgumentException($"{name} = '{value}': must be a number from {min} to {max}.");
}
