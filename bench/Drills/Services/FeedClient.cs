using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;

namespace CrashShield.Drills.Services;

/// <summary>A reader of the feed: when it ends, it comes back and names the last event that it has seen.</summary>
internal sealed class FeedClient(HttpClient client)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);

    private long? _last;

    /// <summary>How often it has asked again, refusals included.</summary>
    public int Reconnections { get; private set; }

    /// <summary>How often it was told to come back later.</summary>
    public int Refused { get; private set; }

    /// <summary>How often its stream was cut, or it could not connect.</summary>
    public int Cut { get; private set; }

    public int Events { get; private set; }

    /// <summary>Events that did not follow the one before.</summary>
    public int OutOfOrder { get; private set; }

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(over);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                if (over.IsCancellationRequested)
                    return;
                Cut++;
                await Task.Delay(AfterFailure, CancellationToken.None);
            }

            Reconnections++;
        }
    }

    private async Task ReadAsync(CancellationToken over)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(over);
        silence.CancelAfter(Silence);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/feed") { Headers = { { "Accept", "text/event-stream" } } };
        if (_last is { } last)
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            Refused++;
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? AfterFailure, over);
            return;
        }

        await foreach (var item in SseParser.Create(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(silence.Token)).EnumerateAsync(silence.Token))
        {
            silence.CancelAfter(Silence);
            var number = long.Parse(item.EventId!, CultureInfo.InvariantCulture);
            OutOfOrder += _last is null || number == _last + 1 ? 0 : 1;
            (_last, Events) = (number, Events + 1);
        }
    }
}
