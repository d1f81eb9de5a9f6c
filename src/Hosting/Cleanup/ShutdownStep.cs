using Microsoft.Extensions.DependencyInjection;

namespace CrashShield.Hosting.Cleanup;

/// <summary>A step of the shutdown chain as it was registered.</summary>
internal sealed record ShutdownStep(
    string Name, Func<IServiceProvider, CancellationToken, ValueTask> Work, TimeSpan? Timeout, string[] DependsOn)
{
    public void AddTo(CleanupChain chain, IServiceScopeFactory scopes, TimeSpan defaultTimeout) => chain.Add(
        Name,
        cancellationToken => RunAsync(scopes, cancellationToken),
        Timeout ?? defaultTimeout,
        Dependencies());

    // By hand, as a generic method over a value type is compiled at each start (bench/README.md, drill startup).
    private CleanupDependency[] Dependencies()
    {
        var dependencies = new CleanupDependency[DependsOn.Length];
        for (var i = 0; i < dependencies.Length; i++)
            dependencies[i] = DependsOn[i];
        return dependencies;
    }

    private async ValueTask RunAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
            await Work(scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
    }
}
