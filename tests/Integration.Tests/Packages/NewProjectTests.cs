using System.Net;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Packages;

/// <summary>Projects as <c>dotnet new</c> makes them take the packages, and give them up again.</summary>
public sealed class NewProjectTests : IDisposable
{
    // Compiled ahead or not is the same here, and takes minutes.
    private const string NotAhead = "-p:CompiledAheadFor=";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly NewProject _project = new();

    private string App => _project.App;

    private string Program => _project.Program;

    public void Dispose() => _project.Dispose();

    [Fact(Explicit = true)]
    public async Task TheProjectIsWhatItWasBefore()
    {
        await _project.NewAsync("web");
        await _project.AddFeedAsync(["Hosting", "Middleware"], NotAhead);
        await _project.DotnetAsync(App, "build");
        var (files, references, without) = (Files(), References(), await AnswersAsync());
        Assert.Equal(HttpStatusCode.NotFound, without["/healthz"].Status);

        var program = await File.ReadAllTextAsync(Program, TestContext.Current.CancellationToken);
        await _project.AddAsync("CrashShield.Middleware");
        await File.WriteAllTextAsync(
            Program,
            program.Replace("var app =", "builder.AddCrashShield();\nvar app =", StringComparison.Ordinal).Replace("app.MapGet", "app.UseCrashShield();\napp.MapGet", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await _project.DotnetAsync(App, "build");
        var with = await AnswersAsync();
        Assert.Equal(HttpStatusCode.OK, with["/healthz"].Status);
        Assert.Equal(without["/"], with["/"]);

        await _project.DotnetAsync(App, "remove", "package", "CrashShield.Middleware");
        await File.WriteAllTextAsync(Program, program, TestContext.Current.CancellationToken);
        await _project.DotnetAsync(App, "build");

        Assert.Equal(files, Files());
        Assert.Equal(references, References());
        Assert.Equal(without, await AnswersAsync());
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(App, "obj"), "*.nuget.g.*"), file => File.ReadAllText(file).Contains("CrashShield.", StringComparison.Ordinal));
    }

    /// <summary>Its own reference to the host is the newest that was there when the SDK was made, which may be older than ours.</summary>
    [Fact(Explicit = true)]
    public async Task WorkerTakesThePackage()
    {
        await _project.NewAsync("worker");
        await _project.AddFeedAsync(["Hosting"], NotAhead);
        await _project.AddAsync("CrashShield.Hosting");
        var program = await File.ReadAllTextAsync(Program, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Program,
            program.Replace("var host =", "builder.Services.AddCrashShield(builder.Configuration);\nvar host =", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await _project.DotnetAsync(App, "build", "-warnaserror");
        await using var process = ChildProcess.Start(Path.Combine(App, "bin/Debug/net10.0/app.dll"));
        await process.WaitForLineAsync(line => line.Contains("Worker running", StringComparison.Ordinal), Deadline);
        process.Signal(UnixSignal.Term);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
    }

    /// <summary>The worker in docs/supervision.md, as it stands there, and what a reader of it does first.</summary>
    [Fact(Explicit = true)]
    public async Task WorkerOfTheDocsRuns()
    {
        await _project.NewAsync("worker");
        File.Delete(Path.Combine(App, "Worker.cs"));
        await _project.AddFeedAsync(["Hosting"], NotAhead);
        await _project.AddAsync("CrashShield.Hosting");
        var page = await File.ReadAllTextAsync(Path.Combine(BuildPaths.Docs, "supervision.md"), TestContext.Current.CancellationToken);
        var worker = page.Split("```").Single(block => block.Contains("Host.CreateApplicationBuilder(args)", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Program, worker["csharp".Length..], TestContext.Current.CancellationToken);
        await _project.DotnetAsync(App, "build", "-warnaserror");
        await using var process = ChildProcess.Start(Path.Combine(App, "bin/Debug/net10.0/app.dll"));
        await process.WaitForLineAsync(line => line.Contains("Order 1 is shipped", StringComparison.Ordinal), Deadline);
        process.Signal(UnixSignal.Term);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
    }

    // All that the project has, less what a build makes.
    private Dictionary<string, string> Files() => Directory.EnumerateFiles(App, "*", SearchOption.AllDirectories)
        .Where(file => !file.StartsWith(Path.Combine(App, "bin"), StringComparison.Ordinal) && !file.StartsWith(Path.Combine(App, "obj"), StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .ToDictionary(file => file, File.ReadAllText);

    // What the runtime is told to load.
    private string References() => File.ReadAllText(Path.Combine(App, "bin/Debug/net10.0/app.deps.json"));

    private async Task<Dictionary<string, Answer>> AnswersAsync()
    {
        await using var process = ChildProcess.Start(Path.Combine(App, "bin/Debug/net10.0/app.dll"), "--urls", "http://127.0.0.1:0", "--contentRoot", App);
        using var client = new HttpClient { BaseAddress = await process.WaitForAddressAsync(Deadline) };
        var answers = new Dictionary<string, Answer>();
        foreach (var path in new[] { "/", "/healthz", "/metrics" })
        {
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            answers[path] = new(
                response.StatusCode, string.Join(", ", response.Headers.Select(header => header.Key).Order(StringComparer.Ordinal)), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        process.Signal(UnixSignal.Term);
        Assert.Equal(0, await process.WaitForExitAsync(Deadline));
        return answers;
    }

    private sealed record Answer(HttpStatusCode Status, string Headers, string Body);
}
