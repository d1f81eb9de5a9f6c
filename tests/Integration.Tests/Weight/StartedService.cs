using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Weight;

/// <summary>The smallest service there is as a process, with CrashShield or without.</summary>
internal sealed class StartedService : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // The pool, the compiler and the sockets' engine have as many as there is work: with CrashShield and without.
    private static readonly string[] OnDemand = [".NET TP", ".NET Tiered", ".NET Sockets", ".NET Long Runni"];

    private StartedService(ChildProcess process) => Process = process;

    public ChildProcess Process { get; }

    /// <summary>The names of its threads as the kernel has them, without those that come and go.</summary>
    public IReadOnlyList<string> Threads =>
    [
        .. Directory.GetDirectories($"/proc/{Process.Id}/task").Select(NameOf).OfType<string>()
            .Where(name => !Array.Exists(OnDemand, one => name.StartsWith(one, StringComparison.Ordinal))).Order(StringComparer.Ordinal),
    ];

    /// <param name="kind">What of: <c>bare</c>, <c>shield</c> or <c>hanging</c>.</param>
    /// <param name="blocked">Signals to start it with blocked.</param>
    /// <param name="settings">Its settings.</param>
    public static async Task<StartedService> StartAsync(string kind, string blocked = "", params string[] settings)
    {
        var process = ChildProcess.Start(
            BuildPaths.Program("CrashShield.StartProbe"), new Dictionary<string, string>(), [kind, "--urls", "http://127.0.0.1:0", .. settings], blocked);
        try
        {
            await process.WaitForLineAsync(line => line.Contains("Application started.", StringComparison.Ordinal), Deadline);
            return new(process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static string? NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
