namespace CrashShield.Drills;

/// <summary>Breaks something on purpose and says whether what was promised held.</summary>
internal interface IDrill
{
    string Name { get; }

    string Description { get; }

    Task<DrillReport> RunAsync(DrillOptions options, CancellationToken cancellationToken);
}
