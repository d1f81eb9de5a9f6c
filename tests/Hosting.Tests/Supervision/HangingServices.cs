using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Supervision;

/// <summary>What the services whose clean-up hangs share with their test.</summary>
internal sealed class Hang
{
    private int _instances;

    public FormatException Failure { get; } = new();

    /// <summary>Ends the clean-up that hangs, with a failure if it is set so.</summary>
    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Instances => Volatile.Read(ref _instances);

    /// <returns>Whether it is the first one: that one hangs.</returns>
    public bool IsFirst() => Interlocked.Increment(ref _instances) == 1;
}

/// <summary>Fails, and its disposal does not end.</summary>
internal sealed class HangingDisposal(Hang hang) : BackgroundService, IAsyncDisposable
{
    private readonly bool _isFirst = hang.IsFirst();

    public ValueTask DisposeAsync() => _isFirst ? new(hang.Release.Task) : default;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (_isFirst)
            throw hang.Failure;
    }
}

/// <summary>Fails, and the disposal of what it depends on does not end.</summary>
internal sealed class HangingScope(Hang hang, HangingScope.Dependency dependency) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (dependency.IsFirst)
            throw hang.Failure;
    }

    internal sealed class Dependency(Hang hang) : IAsyncDisposable
    {
        public bool IsFirst { get; } = hang.IsFirst();

        public ValueTask DisposeAsync() => IsFirst ? new(hang.Release.Task) : default;
    }
}

/// <summary>Does not start, and blocks the thread that stops it.</summary>
internal sealed class BlockingStop(Hang hang) : IHostedService
{
    private readonly bool _isFirst = hang.IsFirst();

    public Task StartAsync(CancellationToken cancellationToken) => _isFirst ? throw hang.Failure : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isFirst)
            hang.Release.Task.GetAwaiter().GetResult();
        return Task.CompletedTask;
    }
}

/// <summary>Fails while it stops, and its disposal does not end.</summary>
internal sealed class FailsStopping(Hang hang) : BackgroundService, IAsyncDisposable
{
    public ValueTask DisposeAsync() => new(new TaskCompletionSource().Task);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        hang.IsFirst();
        var stopping = new TaskCompletionSource();
        await using var registration = stoppingToken.Register(() => stopping.SetResult());
        await stopping.Task;
        throw hang.Failure;
    }
}
