using CrashShield.Hosting.Failures;

namespace CrashShield.Middleware.Tests.Exceptions;

public class HostileFailureTests
{
    private const int Many = 10_000;
    private const int MaxLogged = 100_000;

    public static TheoryData<string> Kinds => ["members", "message", "inner", "aggregate", "null message", "hidden message", "self-throwing ToString"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task IsAnsweredAndLoggedInBounds(string kind)
    {
        foreach (var environment in new[] { "Production", "Development" })
        {
            await using var app = await ShieldedApp.StartAsync(string () => throw Hostile(kind), environment: environment);

            using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

            await response.ReadProblemAsync();
            Assert.InRange(response.Content.Headers.ContentLength!.Value, 1, MaxLogged);
            var entry = Assert.Single(await app.Log.WaitForAsync(1000));
            Assert.InRange(entry.Text.Length, 1, MaxLogged);
            Assert.Single(app.Log.Problems);
            Assert.Equal(1, app.Counts.Total);
        }
    }

    [Fact]
    public async Task HooksThatThrowOrHangDoNoHarm()
    {
        var told = 0;
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            shield =>
            {
                shield.Exceptions.HookTimeout = TimeSpan.FromMilliseconds(50);
                shield.Exceptions.OnCaptured((_, _) => throw new InvalidOperationException("sync"));
                shield.Exceptions.OnCaptured(async (_, _) => { await Task.Yield(); throw (Exception)Hostile("members"); });
                shield.Exceptions.OnCaptured((_, _) => new ValueTask(Task.Delay(Timeout.Infinite, CancellationToken.None)));
                shield.Exceptions.OnCaptured((_, _) => { Interlocked.Increment(ref told); return default; });
            });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        await response.ReadProblemAsync();
        Assert.Equal(2, (await app.Log.WaitForAsync(1003, count: 2)).Length);
        Assert.Single(await app.Log.WaitForAsync(1004));
        await app.DisposeAsync();
        Assert.Equal(1, told);
        Assert.Single(await app.Log.WaitForAsync(1000));
    }

    [Fact]
    public async Task HookThatBlocksIsGivenUp()
    {
        using var released = new ManualResetEventSlim();
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            shield =>
            {
                shield.Exceptions.HookTimeout = TimeSpan.FromMilliseconds(50);
                shield.Exceptions.OnCaptured((_, _) => { released.Wait(CancellationToken.None); return default; });
            });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);

        Assert.Single(await app.Log.WaitForAsync(1004));
        released.Set();
    }

    [Fact]
    public async Task HookThatFailsLateIsNotCalledForItsOwnFailure()
    {
        var called = 0;
        var goOn = new TaskCompletionSource();
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            shield =>
            {
                shield.Exceptions.HookTimeout = TimeSpan.FromMilliseconds(20);
                shield.Exceptions.OnCaptured(async (_, _) =>
                {
                    Interlocked.Increment(ref called);
                    await goOn.Task;
                    throw new InvalidOperationException("late");
                });
            });

        using var response = await app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken);
        await app.Log.WaitForAsync(1004);
        // Synchronously to its end.
        goOn.SetResult();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(1, called);
        Assert.DoesNotContain(app.Log.All, entry => entry.EventId.Name == "TaskUnobserved");
    }

    [Fact]
    public async Task LogProviderThatThrowsDoesNoHarm()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(), build: builder => builder.Logging.AddProvider(new ThrowingProvider()));

        foreach (var client in new[] { app.Http1, app.Http2 })
        {
            using var response = await client.GetAsync("/fail", TestContext.Current.CancellationToken);
            await response.ReadProblemAsync();
        }

        await app.DisposeAsync();
        Assert.Equal(2, app.Counts.Total);
    }

    [Fact]
    public async Task AnswerThatCannotBeWrittenCutsTheConnection()
    {
        await using var app = await ShieldedApp.StartAsync(
            string () => throw new InvalidOperationException(),
            build: builder => builder.Services.AddSingleton<IProblemDetailsWriter, HalfWriter>());

        await Assert.ThrowsAsync<HttpRequestException>(() => app.Http1.GetAsync("/fail", TestContext.Current.CancellationToken));

        await app.Log.WaitForAsync(1000);
        Assert.Equal("unhandled", Assert.Single(app.Counts.All).Key.Outcome);
        Assert.Single(await app.Log.WaitForAsync(2003));
    }

    [Fact]
    public async Task HookSeesTheWholeFailure()
    {
        var captured = new TaskCompletionSource<CapturedFailure>();
        var before = DateTimeOffset.UtcNow;
        await using var app = await ShieldedApp.StartAsync(
            app =>
            {
                app.UseCrashShield();
                app.MapGet("/orders/{id}", string (int id) => throw new InvalidOperationException());
            },
            shield => shield.Exceptions.OnCaptured((failure, _) => { captured.SetResult(failure); return default; }));

        using var response = await app.Http1.GetAsync("/orders/7", TestContext.Current.CancellationToken);

        var problem = await response.ReadProblemAsync();
        var failure = await captured.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(
            (FailureOrigin.Request, "/orders/7", "/orders/{id}", 500, problem.Text("traceId"), problem.Text("errorId")),
            (failure.Origin, failure.Path, failure.Route, failure.StatusCode, failure.TraceId, failure.ErrorId));
        Assert.IsType<InvalidOperationException>(failure.Exception);
        Assert.InRange(failure.Timestamp, before, DateTimeOffset.UtcNow);
        Assert.Equal(failure.Timestamp, problem.GetProperty("timestamp").GetDateTimeOffset());
    }

    private static Exception Hostile(string kind) => kind switch
    {
        "members" => new HostileException(),
        "message" => new InvalidOperationException(new string('x', 10 * 1024 * 1024)),
        "inner" => Enumerable.Range(0, Many).Aggregate(new InvalidOperationException(), (inner, i) => new($"{i}", inner)),
        "aggregate" => new AggregateException(Enumerable.Range(0, Many).Select(i => new InvalidOperationException($"{i}"))),
        "null message" => new NullMessageException(),
        "hidden message" => new HidesMessageException(),
        _ => new AggregateException(new InvalidOperationException("outer", new HostileException())),
    };

    private sealed class HostileException : Exception
    {
        public override string Message => throw new InvalidOperationException("Message");

        public override string StackTrace => throw new InvalidOperationException("StackTrace");

        public override string ToString() => throw new InvalidOperationException("ToString");
    }

    private sealed class NullMessageException : Exception
    {
        public override string Message => null!;

        public override string ToString() => null!;
    }

    private sealed class HidesMessageException : Exception
    {
        public new int Message => 5;
    }

    private sealed class ThrowingProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith(nameof(CrashShield), StringComparison.Ordinal)
            ? this
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("no space left on device");

        public void Dispose()
        {
        }
    }

    private sealed class HalfWriter : IProblemDetailsWriter
    {
        public bool CanWrite(ProblemDetailsContext context) => true;

        public async ValueTask WriteAsync(ProblemDetailsContext context)
        {
            context.HttpContext.Response.ContentLength = 100;
            await context.HttpContext.Response.WriteAsync("half");
            await context.HttpContext.Response.Body.FlushAsync();
            throw new IOException("disk full");
        }
    }
}
