using System.Globalization;
using System.Text.Json.Nodes;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Containers;

/// <summary>A container that runc runs in the foreground, which does not outlive the test that started it.</summary>
internal sealed class RuncContainer : IAsyncDisposable
{
    private readonly string _id = $"crashshield-{Guid.NewGuid():N}";
    private readonly string _state;

    private RuncContainer(DirectoryInfo bundle)
    {
        _state = bundle.CreateSubdirectory("state").FullName;
        Run = CommandRun.OfAsync("runc", "--root", _state, "run", "--bundle", bundle.FullName, _id);
    }

    /// <summary>Its run: the exit code is that of its first process.</summary>
    public Task<CommandRun> Run { get; }

    public static RuncContainer Start(DirectoryInfo bundle) => new(bundle);

    /// <summary>The number, on this machine, of its first process.</summary>
    public async Task<int> ProcessIdAsync()
    {
        var state = await RuncAsync("state", _id);
        state.AssertSucceeded();
        return (int)JsonNode.Parse(state.Output)!["pid"]!;
    }

    /// <summary>Runs a command in it, as its user.</summary>
    public Task<CommandRun> ExecAsync(params IEnumerable<string> command) => RuncAsync(["exec", _id, .. command]);

    public async Task SignalAsync(UnixSignal signal) =>
        (await RuncAsync("kill", _id, ((int)signal).ToString(CultureInfo.InvariantCulture))).AssertSucceeded();

    public async ValueTask DisposeAsync()
    {
        await RuncAsync("delete", "--force", _id);
        await Run;
    }

    private Task<CommandRun> RuncAsync(params IEnumerable<string> arguments) => CommandRun.OfAsync("runc", ["--root", _state, .. arguments]);
}
