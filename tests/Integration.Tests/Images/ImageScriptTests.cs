using System.Diagnostics;
using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Images;

/// <summary>The scripts with a stand-in for docker, which prints its arguments, or the digest that is asked for.</summary>
[SupportedOSPlatform("linux")]
public sealed class ImageScriptTests : IDisposable
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashshield-scripts-");

    public ImageScriptTests()
    {
        var eng = _folder.CreateSubdirectory("eng").FullName;
        foreach (var file in new[] { "image.sh", "pin-images.sh" })
            File.Copy(Path.Combine(BuildPaths.Repository, "eng", file), Path.Combine(eng, file));
        // Tags alone, whatever the file of the repository has by now.
        File.WriteAllLines(Lock, File.ReadLines(ImageLock.Path).Select(line => line.StartsWith('#') ? line : line.Split('@')[0]));
        StandIn(Digest);
    }

    private string Lock => Path.Combine(_folder.FullName, "eng", "images.lock");

    [Fact]
    public async Task AnImageIsBuiltFromTheBaseImagesOfItsVariant()
    {
        var run = await RunAsync("image.sh", "orders:1");
        run.AssertSucceeded();
        Assert.Equal(
            "build --file samples/WebApi/Dockerfile --tag orders:1 --build-arg RID=linux-x64 --build-arg SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble-aot "
            + "--build-arg RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled .",
            run.Output.Trim());

        run = await RunAsync("image.sh", "--alpine", "orders:1-alpine");
        run.AssertSucceeded();
        Assert.Contains("RID=linux-musl-x64", run.Output);
        Assert.Contains("RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-alpine", run.Output);
    }

    [Fact]
    public async Task AReleaseIsBuiltFromDigestsAlone()
    {
        var refused = await RunAsync("image.sh", "--release", "orders:1");
        Assert.Equal(65, refused.ExitCode);
        Assert.Contains("sdk:10.0-noble-aot is not pinned", refused.Errors);
        Assert.Empty(refused.Output);

        (await RunAsync("pin-images.sh")).AssertSucceeded();

        var run = await RunAsync("image.sh", "--release", "orders:1");
        run.AssertSucceeded();
        Assert.Contains($"RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled@{Digest}", run.Output);
    }

    [Fact]
    public async Task PinningTwiceIsPinningOnce()
    {
        (await RunAsync("pin-images.sh")).AssertSucceeded();
        var once = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        (await RunAsync("pin-images.sh")).AssertSucceeded();

        Assert.Equal(once, await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken));
        var comments = File.ReadLines(ImageLock.Path).Where(line => line.StartsWith('#'));
        Assert.Equal(comments, File.ReadLines(Lock).Where(line => line.StartsWith('#')));
        Assert.All(File.ReadLines(Lock).Where(line => !line.StartsWith('#')), line => Assert.EndsWith("@" + Digest, line));
    }

    [Fact]
    public async Task ARegistryThatAnswersSomethingElsePinsNothing()
    {
        var before = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        StandIn("not found");

        Assert.NotEqual(0, (await RunAsync("pin-images.sh")).ExitCode);
        Assert.Equal(before, await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnUnknownOptionOrAMissingTagIsRefused()
    {
        Assert.Equal(64, (await RunAsync("image.sh", "--relase", "orders:1")).ExitCode);
        Assert.Equal(64, (await RunAsync("image.sh", "--release")).ExitCode);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void StandIn(string digest)
    {
        var docker = Path.Combine(_folder.CreateSubdirectory("bin").FullName, "docker");
        File.WriteAllText(docker, $"#!/bin/sh\n[ \"$1\" = buildx ] && echo '{digest}' || echo \"$@\"\n");
        File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    private Task<CommandRun> RunAsync(string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(_folder.FullName, "eng", script), .. arguments]);
        start.Environment["PATH"] = $"{Path.Combine(_folder.FullName, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        return CommandRun.OfAsync(start);
    }
}
