using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace CrashShield.Hosting.Tests.Supervision;

internal sealed class FirstService(ServiceJournal journal) : ScriptedService("first", journal);

internal sealed class SecondService(ServiceJournal journal) : ScriptedService("second", journal);

internal sealed class ServiceJournal
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<ScriptedService> _services = new();

    public int FailingStarts { get; set; }

    public IReadOnlyList<string> Lines => [.. _lines];

    public void Add(string line) => _lines.Enqueue(line);

    public int Add(ScriptedService service)
    {
        _services.Enqueue(service);
        return _services.Count(other => other.GetType() == service.GetType());
    }

    public T Last<T>() => _services.OfType<T>().Last();

    public Task Until(params string[] lines) => Deadline.Until(
        () => lines.All(line => _lines.Contains(line)), $"{string.Join(", ", lines)} in {string.Join(", ", _lines)}");
}

internal abstract class ScriptedService : BackgroundService
{
    private readonly TaskCompletionSource _order = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServiceJournal _journal;
    private readonly string _name;

    protected ScriptedService(string name, ServiceJournal journal) => (_journal, _name) = (journal, $"{name} {journal.Add(this)}");

    public bool IgnoresStop { get; set; }

    public Exception? FailureOnStop { get; set; }

    public void Fail(Exception exception) => _order.SetException(exception);

    public void Finish() => _order.SetResult();

    public override Task StartAsync(CancellationToken cancellationToken) =>
        --_journal.FailingStarts >= 0 ? throw new TimeoutException("start") : base.StartAsync(cancellationToken);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _journal.Add($"{_name} stopped");
    }

    public override void Dispose()
    {
        _journal.Add($"{_name} disposed");
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _journal.Add($"{_name} runs");
        try
        {
            await _order.Task.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (IgnoresStop)
        {
            await new TaskCompletionSource().Task;
        }
        catch (OperationCanceledException) when (FailureOnStop is not null)
        {
            throw FailureOnStop;
        }
    }
}
