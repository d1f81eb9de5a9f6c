using CrashShield.Hosting.Cleanup;

namespace CrashShield.CleanupProbe;

/// <summary>A scope with one clean-up around a body: once by <c>using</c>, once by <see cref="DeferScope.Run(Action{DeferScope})"/>.</summary>
internal sealed record Scope(Action<Action> Around, Func<Func<Task>, Task> AroundAsync)
{
    public static readonly Scope Using = new(
        body =>
        {
            using var scope = new DeferScope();
            scope.Defer("using", Console.WriteLine);
            body();
        },
        async body =>
        {
            await using var scope = new DeferScope();
            scope.Defer("using", Console.WriteLine);
            await body();
        });

    public static readonly Scope Run = new(
        body => DeferScope.Run(scope =>
        {
            scope.Defer("Run", Console.WriteLine);
            body();
        }),
        body => DeferScope.RunAsync(async scope =>
        {
            scope.Defer("Run", Console.WriteLine);
            await body();
        }));
}
