using System.Globalization;

namespace CrashShield.Init.Marker;

/// <param name="Kind">How.</param>
/// <param name="Code">As a shell reports it.</param>
/// <param name="At">When, or when it was seen.</param>
/// <param name="Generation">Of the worker.</param>
/// <param name="Detail">In words.</param>
internal sealed record Death(DeathKind Kind, int Code, DateTimeOffset At, int Generation, string Detail)
{
    public bool IsClean => Kind == DeathKind.Clean;

    /// <summary>The kind in the words of docs/init.md.</summary>
    public static string WordOf(DeathKind kind) => kind switch
    {
        DeathKind.Clean => "clean",
        DeathKind.Exit => "exit",
        DeathKind.Signal => "signal",
        DeathKind.OutOfMemory => "oom-killed",
        DeathKind.Bound => "killed-at-bound",
        DeathKind.Limit => "killed-at-limit",
        DeathKind.Killed => "killed",
        DeathKind.Orchestrator => "killed-by-orchestrator",
        DeathKind.InitKilled => "init-killed",
        _ => "machine-restarted",
    };

    public static DeathKind? KindOf(string word) =>
        Enum.GetValues<DeathKind>().Where(kind => WordOf(kind) == word).Select(kind => (DeathKind?)kind).FirstOrDefault();

    /// <summary>For CRASHSHIELD_LAST_DEATH: the kind, then words of the form name=value, the detail last.</summary>
    public string ToVariable() => string.Create(
        CultureInfo.InvariantCulture, $"{WordOf(Kind)} code={Code} generation={Generation} at={At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} detail={Detail}");

    public override string ToString() => $"{Detail} [{WordOf(Kind)}, code {Code}]";
}
