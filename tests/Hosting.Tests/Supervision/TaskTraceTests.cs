using System.Collections.Concurrent;
using System.Diagnostics;
using CrashShield.Hosting.Supervision;
using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Tests.Supervision;

public sealed class TaskTraceTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly string _name = $"child-{Guid.NewGuid():N}";

    [Fact]
    public async Task ChildKeepsTheTraceOfItsStarter()
    {
        await using var scope = _fixture.Supervisor.OpenScope("scope");
        using var request = new Activity("request").Start();
        Activity? seen = null;
        scope.Start(_name, async _ =>
        {
            await Task.Yield();
            seen = Activity.Current;
            throw new FormatException();
        });

        var failure = await scope.Failures.ReadAsync().Within();
        Assert.Same(request, seen);
        Assert.Equal(request.TraceId.ToHexString(), failure.TraceId);
    }

    [Fact]
    public async Task DetachedTaskKeepsItAfterItsStarterEnded()
    {
        var child = new ScriptedTask(_name);
        SupervisedTask handle;
        string traceId;
        using (var request = new Activity("request").Start())
        {
            traceId = request.TraceId.ToHexString();
            handle = _fixture.Supervisor.Run(_name, child.RunAsync);
        }

        await child.Started();
        child.Fail(new FormatException());
        await handle.Completion.Within();
        Assert.Equal(traceId, handle.Failure!.TraceId);
        Assert.Equal(traceId, Assert.Single(_fixture.Log.All)["TraceId"]);
    }

    [Fact]
    public async Task WithoutATraceThereIsNone()
    {
        Activity.Current = null;
        await using var scope = _fixture.Supervisor.OpenScope("scope", SupervisionPolicy.Independent);
        scope.Start("child", _ => throw new FormatException());
        Assert.Null((await scope.Failures.ReadAsync().Within()).TraceId);

        using var suppressed = ExecutionContext.SuppressFlow();
        var child = scope.Start("child", _ => throw new FormatException());
        suppressed.Undo();
        await child.Completion.Within();
        Assert.Null(child.Failure!.TraceId);
    }

    [Fact]
    public async Task EachAttemptHasItsOwnSpan()
    {
        using var listener = Listen();
        await using var scope = _fixture.Supervisor.OpenScope("scope", SupervisionFixture.Policy(SupervisionStrategy.OneForOne, RestartType.Transient));
        using var request = new Activity("request").Start();
        var child = new ScriptedTask(_name);
        Activity? current = null;
        scope.Start(_name, async token =>
        {
            await child.RunAsync(token);
            current = Activity.Current;
        });
        await child.Started();
        child.Fail(new FormatException("bad"));
        await child.Started(2);
        child.Finish();
        await scope.WaitAsync().Within();
        await Deadline.Until(() => _spans.Count == 2, "two spans");

        var (failed, succeeded) = (_spans.First(), _spans.Last());
        Assert.All(_spans, span =>
        {
            Assert.Equal($"task {_name}", span.DisplayName);
            Assert.Equal(ActivityKind.Internal, span.Kind);
            Assert.Equal(request.TraceId, span.TraceId);
            Assert.Equal(request.SpanId, span.ParentSpanId);
            Assert.Equal(_name, span.GetTagItem("task"));
        });
        Assert.Equal([1, 2], _spans.Select(span => span.GetTagItem("crashshield.task.attempt")));
        Assert.Equal((ActivityStatusCode.Error, "System.FormatException"), (failed.Status, failed.GetTagItem("error.type")));
        Assert.Equal("exception", Assert.Single(failed.Events).Name);
        Assert.Equal(ActivityStatusCode.Unset, succeeded.Status);
        Assert.Same(succeeded, current);
        Assert.Same(request, Activity.Current);
    }

    [Fact]
    public async Task EndOfASpanLeavesTheCurrentOneOfWhoeverCompletesTheTask()
    {
        using var listener = Listen();
        await using var scope = _fixture.Supervisor.OpenScope("scope");
        var completedInline = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        scope.Start(_name, _ =>
        {
            started.SetResult();
            return completedInline.Task;
        });
        await started.Task.Within();

        // On the pool, where no synchronization context keeps the continuation from running inside SetResult.
        await Task.Run(() =>
        {
            using var completing = new Activity("completing").Start();
            completedInline.SetResult();
            Assert.Same(completing, Activity.Current);
        });
        await scope.WaitAsync().Within();
        Assert.Single(_spans);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.DisplayName == $"task {_name}")
                    _spans.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
