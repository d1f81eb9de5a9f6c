using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrashShield.GuestApps.Running;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>An application as a process of its own, which does not outlive its test.</summary>
internal sealed class GuestChild : IAsyncDisposable
{
    // The machine may be building something else meanwhile.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("guest-");
    private readonly Task<string> _errors;

    private GuestChild(Subject subject)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                BuildPaths.GuestProgram, "--app", subject.Guest.Name, "--shield", subject.Variant.ToString(), "--environment", subject.Environment,
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
            Environment =
            {
                // Keys of data protection are the run's own.
                ["HOME"] = _home.FullName,
                ["CrashShield__Snapshots__Directory"] = Path.Combine(_home.FullName, "snapshots"),
                ["DOTNET_DbgEnableMiniDump"] = "0",
                ["DOTNET_TieredPGO"] = "0",
                ["LANG"] = "en_US.UTF-8",
            },
        };
        // Otherwise each end would take seven seconds.
        if (subject.Guest.Ends == Ending.Asked)
        {
            start.Environment["CrashShield__Drain__Delay"] = "00:00:00";
            start.Environment["CrashShield__Drain__LameDuck"] = "00:00:00";
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static GuestChild Start(Subject subject) => new(subject);

    /// <summary>The next line that it prints. A process that has died without one is told with what it wrote to the standard error.</summary>
    public async Task<GuestReport> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var line = await _process.StandardOutput.ReadLineAsync(deadline.Token);
        return line is null
            ? new GuestReport { Failure = $"no report: {await _errors}" }
            : JsonSerializer.Deserialize<GuestReport>(line)!;
    }

    public async Task<GuestReport> AskAsync(string command, int count)
    {
        await _process.StandardInput.WriteLineAsync($"{command} {count.ToString(CultureInfo.InvariantCulture)}");
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public async Task StopAsync(Ending ending)
    {
        if (ending == Ending.Signal)
            await SignalAsync();
        else if (ending == Ending.Asked)
            await _process.StandardInput.WriteLineAsync("stop");
    }

    /// <summary>How it has ended.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _home.Delete(recursive: true);
    }

    private async Task SignalAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
