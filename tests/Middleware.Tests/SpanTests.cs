namespace CrashShield.Middleware.Tests;

/// <summary>Who listens to spans listens to those of all applications in this process, and makes them where there were none: such tests run alone.</summary>
[CollectionDefinition(nameof(SpanTests), DisableParallelization = true)]
public sealed class SpanTests;
