using System.Runtime.CompilerServices;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>What the log says of failures that come again.</summary>
public sealed class RepeatedFailureTests : IAsyncDisposable
{
    private readonly SupervisionFixture _fixture = new();
    private readonly SupervisedChild _child;
    private readonly ServiceFailureLog _log;

    public RepeatedFailureTests()
    {
        _child = _fixture.Supervisor.OpenService("service", policy: null).Start("service", _ => Task.CompletedTask, RestartType.Temporary);
        _log = new("service", _fixture.Supervisor.Runtime.Reporter, _fixture.Time);
    }

    [Fact]
    public void EachKindIsToldOnceWithItsStack()
    {
        for (var i = 0; i < 10; i++)
        {
            Fail(() => throw new FormatException());
            Fail(Elsewhere);
            Fail(() => throw new TimeoutException());
        }

        Assert.Equal(["System.FormatException", "System.FormatException", "System.TimeoutException"], _fixture.Log.Named("TaskRestarting").Select(record => record["ErrorType"]).Order());
        Assert.Empty(_fixture.Log.Named("ServiceStillFailing"));
    }

    [Fact]
    public async Task FurtherOnesAreCountedInOneLineAMinute()
    {
        for (var second = 0; second < 150; second++)
        {
            Fail(Elsewhere);
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_fixture.Log.Named("TaskRestarting"));
        var counted = _fixture.Log.Named("ServiceStillFailing");
        Assert.Equal([("60", "1 min"), ("60", "1 min")], counted.Select(record => (record["Failures"], record["Duration"])));
        Assert.All(counted, record => Assert.Null(record.Exception));
        Assert.All(counted, record => Assert.NotEqual("", record["ErrorId"]));
        await Deadline.Until(() => _fixture.Hooked.Count == 150, "the hooks are told of each");
    }

    [Fact]
    public void WhatWasCountedIsToldAtTheStop()
    {
        for (var i = 0; i < 5; i++)
            Fail(Elsewhere);
        _log.Flush();
        _log.Flush();

        Assert.Equal("4", Assert.Single(_fixture.Log.Named("ServiceStillFailing"))["Failures"]);
    }

    [Fact]
    public void AfterHealthTheSameFailureIsNewsAgain()
    {
        for (var i = 0; i < 5; i++)
            Fail(Elsewhere);
        _log.Recovered(5, TimeSpan.FromSeconds(1));
        Fail(Elsewhere);
        _log.Flush();

        Assert.Equal(2, _fixture.Log.Named("TaskRestarting").Count);
        Assert.Empty(_fixture.Log.Named("ServiceStillFailing"));
    }

    [Fact]
    public void EndsWithoutAFailureAreCountedToo()
    {
        for (var i = 0; i < 3; i++)
            _log.Restarting(_child, null, TimeSpan.Zero);
        _log.Flush();

        Assert.Single(_fixture.Log.Named("TaskEndedEarly"));
        Assert.Equal("2", Assert.Single(_fixture.Log.Named("ServiceStillFailing"))["Failures"]);
    }

    [Fact]
    public void KindsWithoutEndDoNotFillTheLog()
    {
        var types = typeof(Exception).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Exception)) && type is { IsAbstract: false, IsPublic: true } && type.GetConstructor([]) is not null).Take(40).ToArray();
        foreach (var type in types)
            Fail(() => throw (Exception)Activator.CreateInstance(type)!);
        _log.Flush();

        Assert.Equal(16, _fixture.Log.Named("TaskRestarting").Count);
        Assert.Equal("24", Assert.Single(_fixture.Log.Named("ServiceStillFailing"))["Failures"]);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Elsewhere() => throw new FormatException();

    private void Fail(Action action)
    {
        var exception = Assert.ThrowsAny<Exception>(action);
        _log.Restarting(_child, new(exception, FailureOrigin.SupervisedTask, null, _fixture.Time.GetUtcNow()), TimeSpan.Zero);
    }
}
