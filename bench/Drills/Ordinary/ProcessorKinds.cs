namespace CrashShield.Drills.Ordinary;

/// <summary>Work that computes, and work that allocates.</summary>
internal static class ProcessorKinds
{
    public const string ThreeTimes = "processor-x3";

    private const double BurstMs = 1_000;
    private const double Overload = 3;

    public static IEnumerable<Kind> Of(Machine machine)
    {
        yield return new("cpu-bursts", OrdinaryLoad.Open("/ok", 100), OrdinaryLoad.Open(machine.Work(BurstMs), 1)) { IsShort = true };
        yield return new("garbage-workstation-gc", OrdinaryLoad.Open("/garbage?kb=1024", 300)) { Environment = ServerGc("0") };
        yield return new("garbage-server-gc", OrdinaryLoad.Open("/garbage?kb=1024", 300)) { Environment = ServerGc("1") };
        yield return new("cold-start", OrdinaryLoad.Open("/ok", 300), OrdinaryLoad.Open(machine.Work(Machine.WorkMs), machine.Capacity * Environment.ProcessorCount / 2)) { IsShare = true, IsCold = true };
        yield return new(ThreeTimes, OrdinaryLoad.Open(machine.Work(Machine.WorkMs), machine.Capacity * Overload)) { Layout = Layout.Apart, IsShare = true, Fits = false };
        // Every other request computes: twice as many come in all.
        yield return new("mixed-overload", OrdinaryLoad.Open(machine.Mixed(Machine.WorkMs, blockMs: 50), machine.Capacity * Overload * 2)) { Layout = Layout.Apart, IsShare = true, Fits = false };
    }

    private static Dictionary<string, string?> ServerGc(string value) => new() { ["DOTNET_gcServer"] = value };
}
