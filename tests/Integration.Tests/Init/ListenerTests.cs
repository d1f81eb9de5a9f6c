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
        await init.LogAsync($"tcp:127.0.0.1:{init.Port} is closed: no worker accepts on it");
        var refused = await Assert.ThrowsAsync<SocketException>(() => init.AskAsync());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task WhatWasOpenedBeforeAndNoWorkerWantsIsClosedOnceOneServes()
    {
        var port = FreePort.Take();
        await using var init = await InitRun.StartAsync("--listen", $"tcp:127.0.0.1:{port}");

        await init.LogAsync($"tcp:127.0.0.1:{port} is closed: no worker accepts on it");
        Assert.Empty(await ListeningPorts.AtAsync(port));
        Assert.Equal(1, await init.AskAsync());
    }

    [Fact]
    public async Task WhatTheNextWorkerAfterACrashDoesNotWantIsClosed()
    {
        await using var init = await InitRun.StartAsync();
        var port = FreePort.Take();
        init.SetModes($"listen=tcp:127.0.0.1:{port}");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        await init.LogAsync($"tcp:127.0.0.1:{init.Port} is closed: no worker accepts on it");
        Assert.Empty(await ListeningPorts.AtAsync(init.Port));
        Assert.Equal(2, await InitRun.AskAsync(port));
    }

    [Theory]
    [InlineData("0.0.0.0", "[::]")]
    [InlineData("127.0.0.1", "[::]")]
    public async Task WhatWasOpenedBeforeAndIsInTheWayIsClosed(string opened, string wanted)
    {
        var port = FreePort.Take();
        await using var init = await InitRun.StartAsync(InitRun.Managed, ["--listen", $"tcp:{opened}:{port}"], $"listen=tcp:{wanted}:{port}");

        await init.LogAsync($"tcp:{opened}:{port} is closed: it overlaps tcp:{wanted}:{port}");
        Assert.Equal(1, await InitRun.AskAsync(port));
    }

    [Fact]
    public async Task ASocketOfSystemdIsTheOneForEachAddressThatItCovers()
    {
        SystemPackage.Require("systemd", "systemd-socket-activate");
        var port = FreePort.Take();
        var modes = $"listen=tcp:127.0.0.1:{port},tcp:[::1]:{port}";
        // It starts the program with the first connection.
        var first = FirstAnswerAsync(port);
        await using var init = await InitRun.StartAsync(["systemd-socket-activate", "--listen", $"[::]:{port}", .. InitRun.Managed], ["--probation", "0s"], modes);

        Assert.Equal(1, await first);
        Assert.Equal([$"*:{port}"], await ListeningPorts.AtAsync(port));
        init.Signal(UnixSignal.Usr2);
        await init.LogAsync("hot restart done");
        Assert.Equal(2, await InitRun.AskAsync(port));
    }

    [Fact]
    public async Task AnAddressThatWidensAfterACrashIsBound()
    {
        await using var init = await InitRun.StartAsync();
        init.SetModes($"listen=tcp:[::]:{init.Port}");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        await init.LogAsync("(generation 2, version 1.0.0) serves");
        Assert.Equal(2, await init.AskAsync());
        // And narrows again: the application is not to be reached where it does not listen.
        init.SetModes($"listen=tcp:127.0.0.1:{init.Port}");
        ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

        await init.LogAsync("(generation 3, version 1.0.0) serves");
        Assert.Equal([$"127.0.0.1:{init.Port}"], await ListeningPorts.AtAsync(init.Port));
    }

    [Fact]
    public async Task AnAddressThatWidensWhileTheOldWorkerHasItIsRefusedByItsName()
    {
        await using var init = await InitRun.StartAsync();
        var holder = await init.WorkerIdAsync();
        init.SetModes($"listen=tcp:[::]:{init.Port}");

        var (exitCode, _, errors) = await init.ControlAsync("restart");

        Assert.Equal(75, exitCode);
        Assert.Matches($@"cannot listen on tcp:\[::\]:{init.Port}.*worker {holder} .*listens on tcp:127\.0\.0\.1:{init.Port}", errors);
        Assert.Equal(1, await init.AskAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AUnixSocketWhoseFileWasRemovedIsBoundAnew(bool isHotRestart)
    {
        var directory = Directory.CreateTempSubdirectory("crashshield-unix").FullName;
        try
        {
            var path = Path.Combine(directory, "app.sock");
            await using var init = await InitRun.StartAsync(InitRun.Managed, [], $"listen=unix:{path}");
            File.Delete(path);
            if (isHotRestart)
                await init.RestartAsync(1);
            else
                ProcessSignal.Send(await init.WorkerIdAsync(), UnixSignal.Kill);

            await init.LogAsync("(generation 2, version 1.0.0) serves");
            Assert.Equal(2, await InitRun.AskAsync(new UnixDomainSocketEndPoint(path)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task AnAbstractUnixSocketIsHandedOver()
    {
        var name = $"crashshield-{Guid.NewGuid():N}";
        await using var init = await InitRun.StartAsync(InitRun.Managed, [], $"listen=unix:@{name}");
        var at = new UnixDomainSocketEndPoint("\0" + name);

        Assert.Equal(1, await InitRun.AskAsync(at));
        await init.RestartAsync(1);
        Assert.Equal(2, await InitRun.AskAsync(at));
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

    private static async Task<int> FirstAnswerAsync(int port)
    {
        var answer = 0;
        await Poll.UntilAsync(
            async () =>
            {
                try
                {
                    answer = await InitRun.AskAsync(port);
                    return true;
                }
                catch (SocketException)
                {
                    // Nobody listens yet.
                    return false;
                }
            },
            "systemd listens");
        return answer;
    }

    private static TcpListener Listen(out string endpoint)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        endpoint = $"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        return listener;
    }
}
