using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;

namespace CrashShield.Drills.Services;

/// <summary>Clients of the order API: half of them write, half of them read what was acknowledged.</summary>
internal sealed class OrderClients(Uri server)
{
    /// <summary>How many there are of each; each has one request at most in flight.</summary>
    public const int Each = 8;

    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private volatile string? _last;
    private int _served;

    /// <summary>The keys of all writes that were acknowledged.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    /// <summary>The requests that did not get what they should.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How many others there were.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Has them all work until it is over; what each has begun it finishes.</summary>
    public async Task RunAsync(string keys, CancellationToken over)
    {
        using var client = new HttpClient { BaseAddress = server, Timeout = Deadline };
        await Task.WhenAll(Enumerable.Range(0, 2 * Each).Select(number => number < Each
            ? LoopAsync(count => WriteAsync(client, $"{keys}-{number}-{count}"), over)
            : LoopAsync(_ => ReadAsync(client), over)));
    }

    private static async Task LoopAsync(Func<int, Task> ask, CancellationToken over)
    {
        for (var count = 0; !over.IsCancellationRequested; count++)
        {
            await ask(count);
            await Task.Delay(Think, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // With a body, so that no client in between sends it twice.
    private Task WriteAsync(HttpClient client, string key) => AskAsync($"POST {key}", HttpStatusCode.Created, () => client.PostAsJsonAsync("/orders", new { key }), () => _acknowledged.Enqueue(_last = key));

    private Task ReadAsync(HttpClient client) => _last is { } key
        ? AskAsync($"GET {key}", HttpStatusCode.OK, () => client.GetAsync($"/orders/{key}"), static () => { })
        : Task.CompletedTask;

    private async Task AskAsync(string what, HttpStatusCode expected, Func<Task<HttpResponseMessage>> send, Action served)
    {
        try
        {
            using var answer = await send();
            if (answer.StatusCode == expected)
            {
                served();
                Interlocked.Increment(ref _served);
            }
            else
            {
                _failures.Enqueue($"{what}: {(int)answer.StatusCode}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            _failures.Enqueue($"{what}: {e.Message}");
        }
    }
}
