using System.Diagnostics;
using System.Globalization;

namespace CrashShield.Benchmarks.ErrorPath;

/// <summary>One side in a process of its own, which runs a batch for each line that it is sent.</summary>
internal sealed class SideProcess : IDisposable
{
    public const string Argument = "--error-path-side";

    private const int Batch = 500;

    private readonly Process _process;

    private SideProcess(Process process) => _process = process;

    public static SideProcess Start(string side, bool tracing, bool isAsync)
    {
        var start = new ProcessStartInfo(
            "dotnet", [typeof(SideProcess).Assembly.Location, Argument, side, tracing ? "traced" : "untraced", isAsync ? "async" : "sync"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new(Process.Start(start)!);
    }

    /// <summary>Nanoseconds and bytes of one operation, over a batch.</summary>
    public (double Nanoseconds, double Bytes) RunBatch()
    {
        _process.StandardInput.WriteLine();
        var words = (_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("A side ended.")).Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The other end.</summary>
    public static async Task ServeAsync(string side, bool tracing, bool isAsync)
    {
        var run = ErrorPathSide.All.Single(known => known.Name == side).Prepare(tracing, isAsync);
        while (Console.In.ReadLine() is not null)
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Batch; i++)
                await run();
            var elapsed = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed / Batch} {(double)bytes / Batch}"));
        }
    }

    public void Dispose()
    {
        // The end of its input ends it.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
