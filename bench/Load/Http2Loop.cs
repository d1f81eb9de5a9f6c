using System.Diagnostics;
using System.Net;

namespace CrashShield.Load;

/// <summary>The closed loop over HTTP/2 without TLS: clients of .NET's, one connection each, one request at a time. What a client may send again by the protocol (RFC 9113, 8.7) is sent again by it.</summary>
public sealed class Http2Loop(LoadOptions options)
{
    private long _left;
    private long _deadline;

    public async Task<LoadResult> RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _left = options.Count;
        _deadline = started + (long)(options.Duration.TotalSeconds * Stopwatch.Frequency);
        var tallies = await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(SendAsync)));
        return LoadResult.Of(tallies, Stopwatch.GetElapsedTime(started));
    }

    private async Task<Tally> SendAsync()
    {
        var tally = new Tally();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        while (Stopwatch.GetTimestamp() < _deadline && Interlocked.Decrement(ref _left) >= 0)
        {
            var sent = Stopwatch.GetTimestamp();
            tally.Add(await SendAsync(client), Stopwatch.GetElapsedTime(sent), options.Good);
            if (options.Think > TimeSpan.Zero)
                await options.ThinkAsync();
        }

        return tally;
    }

    private async Task<Outcome> SendAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(options.Target.Url);
            return LoadConnection.OutcomeOf((int)answer.StatusCode, options.Status);
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError == HttpRequestError.ConnectionError ? Outcome.Refused : Outcome.Reset;
        }
    }
}
