using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Failures;
using CrashShield.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Supervision;

/// <summary>Opens scopes, and holds the tasks that belong to none until the host stops.</summary>
internal sealed class TaskSupervisor : ITaskSupervisor
{
    private readonly SupervisionRuntime _runtime;
    private readonly SupervisionOptions _options;
    private readonly SupervisionPolicy _policy;
    private readonly SupervisionPolicy _servicePolicy;
    private readonly DetachedTasks _detached;
    private readonly IServiceScopeFactory _scopes;
    private readonly HealthCircuit _circuit;

    public TaskSupervisor(
        SupervisionMetrics metrics, FailureReporter failures, HealthCircuit circuit, IServiceScopeFactory scopes, ILogger<TaskSupervisor> logger,
        IOptions<CrashShieldOptions> options, TimeProvider time)
    {
        _options = options.Value.Supervision;
        _runtime = new(new(failures, logger), metrics, time, _options.ShutdownTimeout);
        _policy = _options.ToPolicy();
        _servicePolicy = _options.ToServicePolicy();
        _detached = new(_runtime);
        _scopes = scopes;
        _circuit = circuit;
    }

    public SupervisionRuntime Runtime => _runtime;

    public TaskScope OpenScope(string name, SupervisionPolicy? policy = null, CancellationToken cancellationToken = default) =>
        new(name, policy ?? _policy, _runtime, cancellationToken);

    public SupervisedTask Run(string name, Func<CancellationToken, Task> work) => Run(name, work, waitForEnd: false);

    public SupervisedTask Run(string name, Func<CancellationToken, Task> work, bool waitForEnd)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(work);
        return _detached.Start(name, work, waitForEnd);
    }

    public SupervisedTask Run(string name, Func<IServiceProvider, CancellationToken, Task> work) => Run(name, work, waitForEnd: false);

    public SupervisedTask Run(string name, Func<IServiceProvider, CancellationToken, Task> work, bool waitForEnd)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Run(name, token => InScopeAsync(work, token), waitForEnd);
    }

    /// <summary>The children of a supervised service: nobody reads their failures, and the last escalation is the health circuit's.</summary>
    public ChildSupervisor OpenService(string name, SupervisionPolicy? policy)
    {
        policy ??= _servicePolicy;
        var health = new ServiceHealth(
            policy, policy.HealthyAfter ?? _options.HealthyAfter, new(policy.IsBug ?? _options.IsBug, _runtime.Reporter), new(name, _runtime.Reporter, _runtime.Time), _runtime.Time);
        return new(name, policy with { Restart = policy.Restart ?? RestartType.Transient }, _runtime, mailbox: null, failure => _circuit.Fail(
            $"Service {name} failed (attempt {failure.Attempt}, {failure.ErrorType}): its restarts within {new Duration(policy.Within)} exceed {policy.MaxRestarts}."), health);
    }

    /// <inheritdoc cref="DetachedTasks.StopAsync"/>
    public Task StopDetachedAsync(TimeSpan patience, CancellationToken hurry, CancellationToken end) => _detached.StopAsync(patience, hurry, end);

    private async Task InScopeAsync(Func<IServiceProvider, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var scope = _scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
            await work(scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
    }
}
