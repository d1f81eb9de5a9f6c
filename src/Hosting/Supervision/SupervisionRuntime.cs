namespace CrashShield.Hosting.Supervision;

/// <summary>What all scopes share.</summary>
internal sealed record SupervisionRuntime(SupervisionReporter Reporter, SupervisionMetrics Metrics, TimeProvider Time, TimeSpan ShutdownTimeout);
