using Grpc.Core;
using Grpc.Net.Client;
using Services.Calls;

namespace CrashShield.Drills.Services;

/// <summary>Makes calls of all four kinds over one channel.</summary>
internal sealed class CallClient(Uri server) : IDisposable
{
    private const int Requests = 3;

    /// <summary>The methods, one of each kind.</summary>
    public static readonly string[] Methods = ["One", "Collect", "Watch", "Talk"];

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(server);

    /// <summary>Makes one call.</summary>
    /// <returns>The status that it ends with; unknown when its answer is not right.</returns>
    public async Task<StatusCode> CallAsync(string method, Outcome outcome)
    {
        var (client, call) = (new Calls.CallsClient(_channel), new Call { Outcome = outcome });
        try
        {
            var (requests, expected) = method switch
            {
                "One" => ((await client.OneAsync(call)).Requests, 1),
                "Collect" => (await CollectAsync(client, call), Requests),
                "Watch" => (await WatchAsync(client, call), 1),
                _ => (await TalkAsync(client, call), Requests),
            };
            return requests == expected ? StatusCode.OK : StatusCode.Unknown;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    public void Dispose() => _channel.Dispose();

    private static async Task<int> CollectAsync(Calls.CallsClient client, Call last)
    {
        using var collect = client.Collect();
        await SendAsync(collect.RequestStream, last);
        return (await collect).Requests;
    }

    private static async Task<int> WatchAsync(Calls.CallsClient client, Call call)
    {
        using var watch = client.Watch(call);
        return await LastAsync(watch.ResponseStream);
    }

    private static async Task<int> TalkAsync(Calls.CallsClient client, Call last)
    {
        using var talk = client.Talk();
        await SendAsync(talk.RequestStream, last);
        return await LastAsync(talk.ResponseStream);
    }

    private static async Task SendAsync(IClientStreamWriter<Call> requests, Call last)
    {
        for (var i = 1; i < Requests; i++)
            await requests.WriteAsync(new Call());
        await requests.WriteAsync(last);
        await requests.CompleteAsync();
    }

    private static async Task<int> LastAsync(IAsyncStreamReader<Answer> answers)
    {
        var requests = 0;
        await foreach (var answer in answers.ReadAllAsync())
            requests = answer.Requests;
        return requests;
    }
}
