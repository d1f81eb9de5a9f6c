namespace CrashShield.Drills.Ordinary;

/// <summary>All kinds but the hot restart, which needs a program of its own.</summary>
internal static class Kinds
{
    public static IReadOnlyList<Kind> Of(Machine machine) => [.. BlockingKinds.All, .. WaitingKinds.All, .. TransferKinds.Of(machine), .. ProcessorKinds.Of(machine), .. SurroundingKinds.Of(machine)];
}
