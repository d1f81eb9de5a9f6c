using System.Globalization;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Ordinary;

/// <summary>Requests for one path.</summary>
/// <param name="Path">The path.</param>
/// <param name="Rate">How many are due a second; none: each client sends its next as soon as it has its answer.</param>
/// <param name="Clients">How many connections.</param>
internal sealed record OrdinaryLoad(string Path, double? Rate, int Clients)
{
    private const int MinConnections = 32;
    private const int MaxConnections = 5_000;

    // What is due last may still be answered in time; whatever comes after that is too late.
    private const double PatienceAfterGood = 0.5;

    /// <summary>How many seconds after it was due an answer is of use.</summary>
    public double Good { get; init; } = 2;

    /// <summary>How many requests at most.</summary>
    public long? Count { get; init; }

    /// <summary>For how many seconds, where that does not depend on the kind's.</summary>
    public double? Seconds { get; init; }

    /// <summary>Each is a POST, the second byte of which comes so many seconds after the first.</summary>
    public double? SecondByteAfter { get; init; }

    /// <summary>Whether it only is there while another is measured.</summary>
    public bool IsBeside { get; init; }

    /// <summary>Requests at a fixed rate, that take so many seconds when nobody waits for a thread.</summary>
    /// <remarks>As many connections as there may be answers that can still come in time.</remarks>
    public static OrdinaryLoad Open(string path, double rate, double takes = 0) =>
        new(path, rate, (int)Math.Clamp(rate * (takes + 3), MinConnections, MaxConnections)) { Good = takes + 2 };

    public static OrdinaryLoad Closed(string path, int clients) => new(path, null, clients);

    /// <summary>Sends it, from a process of its own where that is to have a processor of its own; else from this process, in which nothing is still to be compiled.</summary>
    public async Task<LoadResult> RunAsync(Uri server, double seconds, int? core, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            new Uri(server, Path).ToString(), "--connections", Text(Clients), "--duration", Text(Seconds ?? seconds), "--good", Text(Good), "--patience", Text(Good + PatienceAfterGood),
            .. Rate is { } rate ? ["--rate", Text(rate)] : Array.Empty<string>(), .. Count is { } count ? ["--count", Text(count)] : Array.Empty<string>(),
            .. Rate is null ? Array.Empty<string>() : ["--looks-before", "1"],
            .. SecondByteAfter is { } pause ? ["--second-byte-after", Text(pause)] : Array.Empty<string>(),
        ];
        if (core is not null)
        {
            await using var load = ChildProgram.Start(BuildPaths.Load, arguments, core);
            return LoadResult.FromJson(await load.ReadLineAsync(cancellationToken));
        }

        var options = LoadOptions.Parse(arguments);
        var running = options.Rate is null ? new ClosedLoop(options).RunAsync(cancellationToken) : new OpenLoop(options).RunAsync(cancellationToken);
        return await running.WaitAsync(cancellationToken);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
