using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>Tasks that belong to no scope, and what becomes of them when the host stops.</summary>
public sealed class DetachedTaskTests : IAsyncDisposable
{
    private const string Cancelled = "crashshield.supervision.cancelled";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly SupervisionFixture _fixture = new(add: services => services.AddScoped<Scoped>());

    [Fact]
    public async Task StopNamesAndCountsWhatItCancels()
    {
        var children = new[] { "send mail", "send mail", "build index" }.Select(name => new ScriptedTask(name)).ToArray();
        var handles = children.Select(child => _fixture.Supervisor.Run(child.Name, child.RunAsync)).ToArray();
        var finished = _fixture.Supervisor.Run("finished", _ => Task.CompletedTask);
        var polite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.Supervisor.Run("polite", async token =>
        {
            polite.SetResult();
            await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await Task.WhenAll(children.Select(child => child.Started()).Append(polite.Task).Append(finished.Completion)).Within();

        await StopAsync().Within();
        await Task.WhenAll(handles.Select(handle => handle.Completion)).Within();

        Assert.All(children, child => Assert.Equal(1, child.Stops));
        var line = Assert.Single(_fixture.Log.All);
        Assert.Equal(("TasksCancelled", "3", "send mail (2), build index"), (line.Event.Name, line["Count"], line["Tasks"]));
        Assert.Equal((2, 1), (_fixture.Count(Cancelled, "task=send mail"), _fixture.Count(Cancelled, "task=build index")));
        Assert.Equal((0, 0), (_fixture.Count(Cancelled, "task=finished"), _fixture.Count(Cancelled, "task=polite")));
    }

    [Fact]
    public async Task StopThatCostsNothingSaysNothing()
    {
        await _fixture.Supervisor.Run("finished", _ => Task.CompletedTask).Completion.Within();
        await StopAsync().Within();

        Assert.Empty(_fixture.Log.All);
    }

    [Fact]
    public async Task TaskThatComesAfterTheStopIsNamedOnceAndCounted()
    {
        await StopAsync().Within();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(_fixture.Supervisor.Run("late", _ => throw new InvalidOperationException("ran")).Completion.IsCompleted);
            Assert.True(_fixture.Supervisor.Run("later", _ => throw new InvalidOperationException("ran"), waitForEnd: true).Completion.IsCompleted);
        }

        Assert.Equal(["late", "later"], _fixture.Log.All.Select(record => record["TaskName"]));
        Assert.All(_fixture.Log.All, record => Assert.Equal("TaskRefused", record.Event.Name));
        Assert.Equal((3, 3), (_fixture.Count(Cancelled, "task=late"), _fixture.Count(Cancelled, "task=later")));
    }

    [Fact]
    public async Task StopWaitsForTheTaskThatAskedForIt()
    {
        var ordinary = new ScriptedTask("ordinary");
        var awaited = new ScriptedTask("awaited");
        _fixture.Supervisor.Run(ordinary.Name, ordinary.RunAsync);
        _fixture.Supervisor.Run(awaited.Name, awaited.RunAsync, waitForEnd: true);
        await Task.WhenAll(ordinary.Started(), awaited.Started());

        var stop = StopAsync();
        await Deadline.Until(() => ordinary.Stops == 1, "the ordinary task is cancelled");
        _fixture.Time.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.False(stop.IsCompleted);
        Assert.Equal(0, awaited.Stops);
        awaited.Finish();
        await stop.Within();

        Assert.Equal(0, awaited.Stops);
        Assert.Equal("ordinary", Assert.Single(_fixture.Log.Named("TasksCancelled"))["Tasks"]);
        var waiting = Assert.Single(_fixture.Log.Named("WaitingForTasks"));
        Assert.Equal(("awaited", "25 s"), (waiting["Tasks"], waiting["Patience"]));
    }

    [Fact]
    public async Task WhatOutlastsThePatienceIsCancelledAndNamed()
    {
        var awaited = new ScriptedTask("awaited");
        _fixture.Supervisor.Run(awaited.Name, awaited.RunAsync, waitForEnd: true);
        await awaited.Started();

        var stop = StopAsync();
        Assert.Equal(0, awaited.Stops);
        await _fixture.Advance(TimeSpan.FromSeconds(1), () => stop.IsCompleted, "the stop ends");

        Assert.Equal(1, awaited.Stops);
        Assert.Equal("awaited", Assert.Single(_fixture.Log.Named("TasksCancelled"))["Tasks"]);
    }

    [Fact]
    public async Task WhatIsInAHurryDoesNotWait()
    {
        var awaited = new ScriptedTask("awaited");
        _fixture.Supervisor.Run(awaited.Name, awaited.RunAsync, waitForEnd: true);
        await awaited.Started();
        using var hurry = new CancellationTokenSource();

        var stop = _fixture.Supervisor.StopDetachedAsync(Patience, hurry.Token, CancellationToken.None);
        Assert.Equal(0, awaited.Stops);
        await hurry.CancelAsync();
        await stop.Within();

        Assert.Equal("awaited", Assert.Single(_fixture.Log.Named("TasksCancelled"))["Tasks"]);
    }

    [Fact]
    public async Task WhatStillRunsWhenTheHostsTimeIsUpIsNamed()
    {
        var stubborn = new ScriptedTask("stubborn") { IgnoresCancellation = true };
        var awaited = new ScriptedTask("awaited") { IgnoresCancellation = true };
        _fixture.Supervisor.Run(stubborn.Name, stubborn.RunAsync);
        _fixture.Supervisor.Run(awaited.Name, awaited.RunAsync, waitForEnd: true);
        await Task.WhenAll(stubborn.Started(), awaited.Started());
        using var end = new CancellationTokenSource();

        var stop = _fixture.Supervisor.StopDetachedAsync(Patience, CancellationToken.None, end.Token);
        await end.CancelAsync();
        await stop.Within();

        var line = Assert.Single(_fixture.Log.Named("StopTimeUp"));
        Assert.Equal(("the host", "2", "awaited, stubborn"), (line["ScopeName"], line["Count"], line["Tasks"]));
        stubborn.Finish();
        awaited.Finish();
    }

    [Fact]
    public async Task TaskHasAServiceScopeOfItsOwnWhichIsDisposedAfterIt()
    {
        Scoped? first = null, second = null;
        var wasDisposed = false;
        await _fixture.Supervisor.Run("first", async (services, token) =>
        {
            first = services.GetRequiredService<Scoped>();
            await Task.Yield();
            wasDisposed = first.IsDisposed;
        }).Completion.Within();
        await _fixture.Supervisor.Run(
            "second",
            (services, token) =>
            {
                second = services.GetRequiredService<Scoped>();
                throw new FormatException();
            },
            waitForEnd: true).Completion.Within();

        Assert.False(wasDisposed);
        Assert.True(first!.IsDisposed);
        Assert.True(second!.IsDisposed);
        Assert.NotSame(first, second);
        Assert.Equal("second", Assert.Single(_fixture.Log.Named("TaskFailed"))["TaskName"]);
    }

    [Fact]
    public async Task LineOfManyNamesHasAnEnd()
    {
        var children = Enumerable.Range(0, 30).Select(i => new ScriptedTask($"task {i:00}")).ToArray();
        foreach (var child in children)
            _fixture.Supervisor.Run(child.Name, child.RunAsync);
        await Task.WhenAll(children.Select(child => child.Started()));
        await StopAsync().Within();

        var line = Assert.Single(_fixture.Log.Named("TasksCancelled"));
        Assert.Equal("30", line["Count"]);
        Assert.StartsWith("task 00, task 01, ", line["Tasks"]);
        Assert.EndsWith("task 19, and 10 more names", line["Tasks"]);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private Task StopAsync() => _fixture.Supervisor.StopDetachedAsync(Patience, CancellationToken.None, CancellationToken.None);

    private sealed class Scoped : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}
