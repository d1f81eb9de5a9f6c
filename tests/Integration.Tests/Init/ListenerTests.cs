using System.Net;
using System.Net.Sockets;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

/// <summary>Endpoints that change from build to build, and those that cannot be had.</summary>
public class ListenerTests
{
    [Fact]
    public async Task WhatTheNewBuildWantsIsBoundAndWhatItNoLongerWantsIsClosed()
    {
        await using var init = await InitRun.StartAsync("--probation", "0s");
        var port = FreePort.Take();
        init.SetModes($"listen=tcp:127.0.0.1:{port}");

        await init.RestartAsync(1);

        Assert.Equal(2, await InitRun.AskAsync(port));
        await init.LogAsync($"tcp:127.0.0.1:{init.Port} is closed: the worker that serves has not asked for it");
        var refused = await Assert.ThrowsAsync<SocketException>(() => init.AskAsync());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task ABuildThatWantsAPortThatIsTakenLeavesTheOldOneServing()
    {
        using var other = Listen(out var taken);
        await using var init = await InitRun.StartAsync();
        init.SetModes($"listen=tcp:127.0.0.1:{init.Port},{taken}");

        var (exitCode, _, errors) = await init.ControlAsync("restart");

        Assert.Equal(75, exitCode);
        Assert.Contains($"cannot listen on {taken}: Address already in use (98)", errors);
        Assert.Contains("(generation 1, version 1.0.0) goes on", errors);
        Assert.Equal(1, await init.AskAsync());
    }

    [Fact]
    public async Task AFirstWorkerThatWantsAPortThatIsTakenEndsTheStartByName()
    {
        using var other = Listen(out var taken);
        await using var init = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [.. InitRun.Managed, "--restarts", "0/60s", "--", "dotnet", BuildPaths.Program("CrashShield.InitProbe"), "/dev/null", taken]);

        Assert.Equal(70, await init.WaitForExitAsync(InitRun.Deadline));
        Assert.Contains($"crashshield-init: cannot listen on {taken}: Address already in use (98)", init.Errors);
    }

    private static TcpListener Listen(out string endpoint)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        endpoint = $"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        return listener;
    }
}
