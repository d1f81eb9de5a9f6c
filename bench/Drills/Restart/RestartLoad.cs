using System.Globalization;
using CrashShield.Drills.Processes;
using CrashShield.Load;

namespace CrashShield.Drills.Restart;

/// <summary>One kind of client, as a process of its own that goes on until it is told how long it lasts.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Endpoint">Which of the server's endpoints it asks.</param>
/// <param name="Connections">How many clients.</param>
/// <param name="Arguments">What makes it this kind.</param>
internal sealed record RestartLoad(string Name, RestartEndpoint Endpoint, int Connections, params string[] Arguments)
{
    /// <summary>Those that every server is compared by.</summary>
    public static readonly RestartLoad KeepAlive = new("keep-alive, think 20 ms", RestartEndpoint.Http, 32, "--think", "0.02", "--warmup", "2");

    public static readonly RestartLoad[] All =
    [
        KeepAlive,
        new("keep-alive, think 400 ms", RestartEndpoint.Http, 64, "--think", "0.4"),
        new("new connection each, first byte after 20 ms", RestartEndpoint.Http, 16, "--first-byte-delay", "0.02"),
        new("HTTP/2 without TLS", RestartEndpoint.Http2, 16, "--http", "2", "--think", "0.02"),
        new("TLS", RestartEndpoint.Tls, 16, "--think", "0.02"),
    ];

    /// <summary>As many as are served when no more come: each client waits for its response.</summary>
    public static readonly RestartLoad Capacity = new("capacity", RestartEndpoint.Http, 4, "--warmup", "5");

    /// <summary>Requests at a rate, whatever the responses do.</summary>
    public static RestartLoad Open(string name, double rate) =>
        new(name, RestartEndpoint.Http, 64, "--rate", rate.ToString("F0", CultureInfo.InvariantCulture), "--warmup", "2", "--patience", "10");

    /// <summary>In this process, until enough is seen.</summary>
    public async Task<LoadResult> RunUntilAsync(Uri url, CancellationToken enough, CancellationToken cancellationToken)
    {
        var options = LoadOptions.Parse([url.ToString(), "--connections", $"{Connections}", "--duration", "3600", .. Arguments]);
        return await new ClosedLoop(options).RunAsync(enough).WaitAsync(cancellationToken);
    }

    public async Task<LoadResult> RunAsync(Uri url, double seconds, CancellationToken cancellationToken)
    {
        string[] arguments = [url.ToString(), "--connections", $"{Connections}", "--duration", seconds.ToString(CultureInfo.InvariantCulture), .. Arguments];
        await using var load = ChildProgram.Start(BuildPaths.Load, arguments);
        return LoadResult.FromJson(await load.ReadLineAsync(cancellationToken));
    }
}
