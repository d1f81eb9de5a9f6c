using CrashShield.Integration.Tests.Kubernetes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Images;

/// <summary>No engine runs here: what a Dockerfile says, and whether it fits the repository and the manifests.</summary>
public class DockerfileTests
{
    private readonly Dockerfile _file = Dockerfile.Load();

    private Stage Runtime => _file.Stages[^1];

    [Fact]
    public void WhatIsBuiltIsNotWhatRuns()
    {
        Assert.Equal(["build", "runtime"], _file.Stages.Select(stage => stage.Name));
        Assert.Equal("${SDK_IMAGE}", _file.Stages[0].Image);
        Assert.Equal("${RUNTIME_IMAGE}", Runtime.Image);
        // The image has no shell.
        Assert.Empty(Runtime.All("RUN"));
        Assert.Empty(_file.Stages.SelectMany(stage => stage.All("ADD")));
    }

    [Fact]
    public void TheBaseImagesAreThoseOfTheLockFile()
    {
        var locked = ImageLock.Load();

        Assert.Equal(_file.Arguments, locked.Where(image => image.Variant == "chiseled").ToDictionary(image => image.Argument, image => image.Image.Split('@')[0]));
        Assert.Equal(["alpine", "chiseled"], locked.Select(image => image.Variant).Distinct().Order());
        Assert.All(locked.GroupBy(image => image.Variant), variant => Assert.Equal(["RUNTIME_IMAGE", "SDK_IMAGE"], variant.Select(image => image.Argument).Order()));
        Assert.All(locked, image => Assert.Matches("^mcr\\.microsoft\\.com/dotnet/(sdk|aspnet):10\\.0-[a-z0-9.-]+(@sha256:[0-9a-f]{64})?$", image.Image));
        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", _file.Arguments["RUNTIME_IMAGE"]);
    }

    [Fact]
    public async Task ItRunsAsTheUserOfTheManifestsWithoutAShell()
    {
        Assert.Equal("1654:1654", Assert.Single(Runtime.All("USER")).Arguments);
        Assert.Equal(["/app/crashshield-init", "--", "dotnet", "WebApi.dll"], Assert.Single(Runtime.All("ENTRYPOINT")).Exec);
        Assert.Empty(Runtime.All("CMD"));

        var manifests = await Manifests.BuildAsync("base");
        Assert.Equal(1654, manifests.Pod.SecurityContext.RunAsUser);
        Assert.Equal(manifests.Container.Ports.Select(port => $"{port.ContainerPort}"), Assert.Single(Runtime.All("EXPOSE")).Words);
        var environment = Assert.Single(Runtime.All("ENV")).Words.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.All(environment, variable => Assert.Equal(manifests.Environment[variable.Key], variable.Value));
    }

    [Fact]
    public void WhatIsCopiedIsThereAndNotIgnored()
    {
        var ignore = DockerIgnore.Load();
        var sources = _file.Stages.SelectMany(stage => stage.All("COPY")).Where(copy => !copy.Options.ContainsKey("from")).SelectMany(copy => copy.Words.SkipLast(1)).ToList();

        Assert.NotEmpty(sources);
        Assert.All(sources, source =>
        {
            Assert.True(Path.Exists(Path.Combine(BuildPaths.Repository, source)), source);
            Assert.True(ignore.Includes(source.TrimEnd('/')), source);
        });
        var stages = _file.Stages.Select(stage => stage.Name).ToList();
        Assert.All(Runtime.All("COPY"), copy => Assert.Contains(copy.Options["from"], stages));
    }

    [Fact]
    public void NothingOfTheMachineGetsIntoTheBuild()
    {
        var ignore = DockerIgnore.Load();

        Assert.All(["src/Hosting/Hosting.csproj", "samples/WebApi/Program.cs", "global.json", "eng/BannedSymbols.txt"], path => Assert.True(ignore.Includes(path), path));
        Assert.All(
            [".git/config", "src/Hosting/bin/Debug/a.dll", "src/Hosting/obj/project.assets.json", "samples/WebApi/orders.db", "samples/WebApi/orders.db-wal", "tests/a.cs", ".env", "eng/image.sh"],
            path => Assert.False(ignore.Includes(path), path));
    }

    [Fact]
    public void TheInitIsPublishedFromItsProjectAndPutBesideTheSampleAsItsPackageDoes()
    {
        var publishes = BuildContext.Publishes(_file);

        Assert.Equal(["src/Init/Init.csproj", "samples/WebApi/WebApi.csproj"], publishes.Select(publish => publish.Project));
        Assert.Contains("<AssemblyName>crashshield-init</AssemblyName>", File.ReadAllText(Path.Combine(BuildPaths.Repository, publishes[0].Project)));
        Assert.Equal("/out/init/${RID}", publishes[0].Output);
        Assert.Contains("-p:CrashShieldInitNatives=/out/init", publishes[1].Command);
        Assert.Contains(Runtime.All("COPY"), copy => copy.Arguments == "/out/app/ /app/");
    }

    [Theory]
    [InlineData("a", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("a", "ab", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("**/bin", "a/b/bin/c", false)]
    [InlineData("**/bin", "bin", false)]
    [InlineData("*.db", "a/b.db", true)]
    [InlineData("**/*.db", "a/b.db", false)]
    [InlineData("*\n!a", "a/b", true)]
    [InlineData("*\n!a/b\n**/c", "a/b/c", false)]
    public void TheLastPatternDecides(string patterns, string path, bool included) => Assert.Equal(included, DockerIgnore.Parse(patterns).Includes(path));
}
