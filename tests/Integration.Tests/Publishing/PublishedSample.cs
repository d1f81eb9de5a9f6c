using System.Runtime.InteropServices;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Publishing;

/// <summary>The sample, published once for all tests of a class.</summary>
/// <param name="options">How.</param>
public abstract class PublishedSample(params string[] options) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crashshield-published-").FullName;
    private IReadOnlyList<string>? _printed;

    /// <summary>The path of the program.</summary>
    public string Program => Path.Combine(Output, "WebApi");

    /// <summary>What the publish has printed.</summary>
    public IReadOnlyList<string> Printed => _printed ?? throw new InvalidOperationException("Publish it first.");

    private string Output => Path.Combine(_directory, "out");

    /// <summary>Publishes it, unless that was done.</summary>
    public async Task PublishAsync()
    {
        SystemPackage.Require("gcc", "gcc");
        SystemPackage.RequireThat(File.Exists("/usr/include/zlib.h"), "needs the Debian package zlib1g-dev");
        _printed ??= await DotnetPublish.RunAsync(
            Path.Combine(BuildPaths.Repository, "samples", "WebApi"), Output,
            [
                "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", .. options, "--artifacts-path", Path.Combine(_directory, "artifacts"),
                // What is not delivered has no lock file, and is not to write one.
                "-p:RestoreLockedMode=false", "-p:RestorePackagesWithLockFile=false", $"-p:NuGetLockFilePath={_directory}/none.lock.json",
            ]);
    }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }
}
