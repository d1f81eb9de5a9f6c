using System.Net.Sockets;
using System.Text;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class SystemdTests
{
    [Fact]
    public async Task ItTellsSystemdWhenItServesAndWhenItStops()
    {
        var directory = Directory.CreateTempSubdirectory("crashshield-notify").FullName;
        try
        {
            using var notify = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            notify.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, "n")));
            await using var init = await InitRun.StartAsync(["env", $"NOTIFY_SOCKET={directory}/n", .. InitRun.Managed], []);

            Assert.Equal("READY=1", await NextAsync(notify));
            Assert.StartsWith("STATUS=worker ", await NextAsync(notify));
            init.Signal(UnixSignal.Term);
            Assert.Equal("STOPPING=1", await NextAsync(notify));
            Assert.Equal(0, await init.WaitForExitAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task ItsWorkerDoesNotSeeSystemdsVariables()
    {
        await using var init = ChildProcess.StartCommand(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = "/nowhere", ["LISTEN_FDNAMES"] = "a", ["WATCHDOG_USEC"] = "1000000" },
            [.. InitRun.Managed, "--", "sh", "-c", "echo \"<$NOTIFY_SOCKET$LISTEN_FDNAMES$WATCHDOG_USEC>\""]);

        Assert.Equal("<>", await init.WaitForLineAsync(_ => true, InitRun.Deadline));
    }

    [Fact]
    public async Task AnApplicationThatListensOnSystemdsSocketsGetsThemAndHandsThemOver()
    {
        SystemPackage.Require("systemd", "systemd-socket-activate");
        var port = FreePort.Take();
        using var client = new HttpClient { Timeout = InitRun.Deadline, DefaultRequestHeaders = { ConnectionClose = true } };
        await using var init = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [
                "systemd-socket-activate", "--listen", $"127.0.0.1:{port}", .. InitRun.Managed, "--probation", "0s", "--",
                "dotnet", BuildPaths.Program("CrashShield.StartProbe"), "shield", "--Systemd", "true",
            ]);
        // It starts the program with the first connection.
        await Poll.UntilGoodAsync(client, $"http://127.0.0.1:{port}/");

        init.Signal(UnixSignal.Usr2);
        await init.WaitForErrorLineAsync(line => line.Contains("hot restart done", StringComparison.Ordinal), InitRun.Deadline);
        Assert.Equal("ok", await client.GetStringAsync($"http://127.0.0.1:{port}/", TestContext.Current.CancellationToken));
        init.Signal(UnixSignal.Term);
        Assert.Equal(0, await init.WaitForExitAsync(InitRun.Deadline));
    }

    private static async Task<string> NextAsync(Socket socket)
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(InitRun.Deadline));
    }
}
