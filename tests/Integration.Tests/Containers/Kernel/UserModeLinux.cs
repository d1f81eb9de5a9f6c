using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Init;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Containers.Kernel;

/// <summary>A real kernel with cgroup v2 on a machine that has none: user-mode-linux, an ordinary process, over the machine's own file system.</summary>
[SupportedOSPlatform("linux")]
public sealed class UserModeLinux : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(8);

    private readonly NativeProgram _init = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-kernel-");
    private readonly Dictionary<string, Task<KernelRun>> _runs = [];

    /// <summary>Boots it, once for each script, and runs the script as its first process.</summary>
    /// <param name="script">A file of this folder.</param>
    internal Task<KernelRun> RunAsync(string script)
    {
        lock (_runs)
        {
            if (!_runs.TryGetValue(script, out var run))
                _runs.Add(script, run = BootAsync(script));
            return run;
        }
    }

    public void Dispose()
    {
        _init.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<KernelRun> BootAsync(string script)
    {
        SystemPackage.Require("user-mode-linux", "linux.uml");
        SystemPackage.Require("curl", "curl");
        var sample = BuildPaths.Program("WebApi");
        var first = Path.Combine(_folder.FullName, script);
        await File.WriteAllTextAsync(first, $"""
            #!/bin/bash
            export INIT={await _init.PublishAsync()} APP={sample} APP_FOLDER={Path.GetDirectoryName(sample)}
            export DOTNET_ROOT={Environment.GetEnvironmentVariable("DOTNET_ROOT")} PATH={Environment.GetEnvironmentVariable("PATH")}
            cd {BuildPaths.Repository}tests/Integration.Tests/Containers/Kernel && . ./kernel.sh && . ./{script}
            halt -f
            """);
        File.SetUnixFileMode(first, (UnixFileMode)0b111_101_101);

        await using var kernel = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [
                "sh", "-c", """exec "$0" "$@" < /dev/null""",
                "linux.uml", "mem=2G", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "rw", $"init={first}", "con=null", "con0=fd:0,fd:1", "ssl=null", "quiet",
            ]);
        await kernel.WaitForExitAsync(Bound);
        return new([.. kernel.Output.Select(line => line.TrimEnd('\r'))]);
    }
}
