using Grpc.Core;

namespace Services.Calls;

/// <summary>Counts the requests of each call, and ends as it is told.</summary>
internal sealed class CallHandler : Calls.CallsBase
{
    public override async Task<Answer> One(Call request, ServerCallContext context)
    {
        await Task.Yield();
        return End(request.Outcome, 1);
    }

    public override async Task<Answer> Collect(IAsyncStreamReader<Call> requestStream, ServerCallContext context)
    {
        var (requests, outcome) = (0, Outcome.Well);
        await foreach (var call in requestStream.ReadAllAsync(context.CancellationToken))
            (requests, outcome) = (requests + 1, call.Outcome);
        return End(outcome, requests);
    }

    public override async Task Watch(Call request, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new Answer(), context.CancellationToken);
        await responseStream.WriteAsync(End(request.Outcome, 1), context.CancellationToken);
    }

    public override async Task Talk(IAsyncStreamReader<Call> requestStream, IServerStreamWriter<Answer> responseStream, ServerCallContext context)
    {
        var requests = 0;
        await foreach (var call in requestStream.ReadAllAsync(context.CancellationToken))
            await responseStream.WriteAsync(End(call.Outcome, ++requests), context.CancellationToken);
    }

    private static Answer End(Outcome outcome, int requests) => outcome switch
    {
        Outcome.Well => new() { Requests = requests },
        Outcome.NotFound => throw new RpcException(new Status(StatusCode.NotFound, "There is no such thing.")),
        Outcome.Busy => throw new TimeoutException("The database is busy."),
        _ => throw new InvalidOperationException("Nobody has thought of this."),
    };
}
