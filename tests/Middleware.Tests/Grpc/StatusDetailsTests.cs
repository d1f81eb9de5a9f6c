using Google.Rpc;
using Grpc.Core;

namespace CrashShield.Middleware.Tests.Grpc;

/// <summary>Rich errors, as clients of Grpc.StatusProto read them.</summary>
public class StatusDetailsTests
{
    private static readonly Metadata Accepting = new() { { "accept-error-details", "google.rpc.Status" } };

    [Theory]
    [InlineData(CallKind.Unary)]
    [InlineData(CallKind.Duplex)]
    public async Task AreForThoseWhoAccept(CallKind kind)
    {
        await using var app = await CallApp.StartAsync(_ => throw new TimeoutException(), shield => shield.Exceptions.Map<TimeoutException>(503));

        var error = await app.FailAsync(kind, headers: Accepting);

        var status = error.GetRpcStatus()!;
        var errorId = error.Trailers.GetValue("errorid");
        Assert.Equal(((int)Code.Unavailable, error.Status.Detail), (status.Code, status.Message));
        var info = status.GetDetail<ErrorInfo>();
        Assert.Equal(("UNAVAILABLE", "crashshield", errorId, error.Trailers.GetValue("traceid")), (info.Reason, info.Domain, info.Metadata["errorId"], info.Metadata["traceId"]));
        Assert.Equal(errorId, status.GetDetail<RequestInfo>().RequestId);
        Assert.InRange(status.GetDetail<RetryInfo>().RetryDelay.Seconds, 1, 5);
    }

    [Fact]
    public async Task AreNotForOthers()
    {
        await using var app = await CallApp.StartAsync(_ => throw new InvalidOperationException());

        Assert.Null((await app.FailAsync(CallKind.Unary)).GetRpcStatus());
    }

    [Fact]
    public async Task OfTheApplicationsOwnStay()
    {
        await using var app = await CallApp.StartAsync(_ => throw new Google.Rpc.Status { Code = (int)Code.NotFound, Message = "own" }.ToRpcException());

        var error = await app.FailAsync(CallKind.Unary, headers: Accepting);

        Assert.Equal(((int)Code.NotFound, "own"), (error.GetRpcStatus()!.Code, error.GetRpcStatus()!.Message));
        Assert.Empty(error.GetRpcStatus()!.Details);
        Assert.NotNull(error.Trailers.GetValue("errorid"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DetailedErrorsOfTheApplicationsChoiceTellWhatWasThrown(bool isOfTheService)
    {
        await using var app = await CallApp.StartAsync(builder =>
        {
            builder.Services.AddSingleton(new CallBehaviour(_ => throw new InvalidOperationException("outer", new TimeoutException("inner"))));
            if (isOfTheService)
                builder.Services.AddGrpc().AddServiceOptions<CallService>(grpc => grpc.EnableDetailedErrors = true);
            else
                builder.Services.AddGrpc(grpc => grpc.EnableDetailedErrors = true);
        });

        Assert.EndsWith("; InvalidOperationException: outer TimeoutException: inner", (await app.FailAsync(CallKind.Unary)).Status.Detail, StringComparison.Ordinal);
    }
}
