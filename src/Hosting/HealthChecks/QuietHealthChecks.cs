using CrashShield.Hosting.Failures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.HealthChecks;

/// <summary>
/// Asks health checks as ASP.NET Core's service does, less what that logs: an unhealthy check would be an error under the application's category in every round though nobody has asked. The rounds log it
/// once.
/// </summary>
internal sealed class QuietHealthChecks(IServiceScopeFactory scopes, HealthCheckService service, ILogger<QuietHealthChecks> logger)
{
    // One of the application's own knows how its checks are to be asked.
    private readonly bool _isReplaced = service.GetType().Assembly != typeof(HealthCheckService).Assembly;

    /// <summary>Asks one check. Fails only when the check cannot be created, or when it is cancelled.</summary>
    public Task<CheckedHealth> AskAsync(HealthCheckRegistration check, CancellationToken cancellationToken) =>
        _isReplaced ? AskServiceAsync(check, cancellationToken) : AskCheckAsync(check, cancellationToken);

    private async Task<CheckedHealth> AskServiceAsync(HealthCheckRegistration check, CancellationToken cancellationToken)
    {
        var report = await service.CheckHealthAsync(registration => ReferenceEquals(registration, check), cancellationToken).ConfigureAwait(false);
        var entry = report.Entries.Values.First();
        return Told(check, entry.Status, entry.Description, entry.Exception);
    }

    private async Task<CheckedHealth> AskCheckAsync(HealthCheckRegistration check, CancellationToken cancellationToken)
    {
        var services = scopes.CreateAsyncScope();
        await using var disposed = services.ConfigureAwait(false);
        // What the check itself logs has its name, as ever.
        using var scope = logger.BeginScope(new[] { KeyValuePair.Create<string, object?>("HealthCheckName", check.Name) });
        var asked = check.Factory(services.ServiceProvider);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(check.Timeout);
        try
        {
            var result = await asked.CheckHealthAsync(new HealthCheckContext { Registration = check }, bound.Token).ConfigureAwait(false);
            return Told(check, result.Status, result.Description, result.Exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(check.Name, check.FailureStatus, "A timeout occurred while running check.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Told(check, check.FailureStatus, description: null, e);
        }
    }

    private static CheckedHealth Told(HealthCheckRegistration check, HealthStatus status, string? description, Exception? thrown) =>
        new(check.Name, status, description ?? (thrown is null ? null : ExceptionText.Message(thrown)));
}
