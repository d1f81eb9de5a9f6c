using System.Net.Sockets;
using System.Text;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Init;

public class SystemdTests
{
    // Stands for systemd, which keeps the socket: passes it on, and serves the one client who comes after the service has ended.
    private const string Unit = """
        use Socket; $^F = 9;
        my $unit; socket($unit, PF_INET, SOCK_STREAM, 0) && setsockopt($unit, SOL_SOCKET, SO_REUSEADDR, 1) && bind($unit, pack_sockaddr_in(shift, INADDR_LOOPBACK)) && listen($unit, 64) or die $!;
        fileno($unit) == 3 or die "descriptor " . fileno($unit);
        my $service = fork;
        if (!$service) { $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1; exec @ARGV; }
        $SIG{TERM} = sub { kill "TERM", $service };
        $SIG{USR2} = sub { kill "USR2", $service };
        1 until waitpid($service, 0) == $service;
        $| = 1; print "ended with $?\n";
        vec(my $ready = "", 3, 1) = 1; select($ready, undef, undef, 60);
        my $client; accept($client, $unit) && syswrite($client, "next");
        """;

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

    [Fact]
    public async Task TheSocketOfAUnitThatOneBuildDoesNotUseIsThereForTheNext()
    {
        var (unused, port) = (FreePort.Take(), FreePort.Take());
        var settings = Directory.CreateTempSubdirectory("crashshield-unit").FullName;
        try
        {
            var urls = Path.Combine(settings, "urls");
            await File.WriteAllTextAsync(urls, $"http://127.0.0.1:{port}", TestContext.Current.CancellationToken);
            using var client = new HttpClient { Timeout = InitRun.Deadline, DefaultRequestHeaders = { ConnectionClose = true } };
            await using var unit = ChildProcess.StartCommand(
                new Dictionary<string, string> { ["INVOCATION_ID"] = "0123456789abcdef0123456789abcdef" },
                [
                    "perl", "-e", Unit, $"{unused}", .. InitRun.Managed, "--probation", "0s", "--",
                    "sh", "-c", "exec dotnet \"$0\" shield --urls \"$(cat \"$1\")\"", BuildPaths.Program("CrashShield.StartProbe"), urls,
                ]);
            await unit.WaitForErrorLineAsync(line => line.EndsWith(" serves", StringComparison.Ordinal), InitRun.Deadline);
            await Poll.UntilGoodAsync(client, $"http://127.0.0.1:{port}/");

            await File.WriteAllTextAsync(urls, $"http://127.0.0.1:{port};http://127.0.0.1:{unused}", TestContext.Current.CancellationToken);
            unit.Signal(UnixSignal.Usr2);
            await unit.WaitForErrorLineAsync(line => line.Contains("hot restart done", StringComparison.Ordinal), InitRun.Deadline);
            await Poll.UntilGoodAsync(client, $"http://127.0.0.1:{unused}/");
            unit.Signal(UnixSignal.Term);
            await unit.WaitForLineAsync(line => line.StartsWith("ended", StringComparison.Ordinal), InitRun.Deadline);
        }
        finally
        {
            Directory.Delete(settings, recursive: true);
        }
    }

    [Fact]
    public async Task TheSocketOfAUnitTakesClientsWhenTheServiceHasStopped()
    {
        var port = FreePort.Take();
        using var client = new HttpClient { Timeout = InitRun.Deadline, DefaultRequestHeaders = { ConnectionClose = true } };
        await using var unit = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            ["perl", "-e", Unit, $"{port}", .. InitRun.Managed, "--", "dotnet", BuildPaths.Program("CrashShield.StartProbe"), "shield", "--urls", $"http://127.0.0.1:{port}"]);
        await unit.WaitForErrorLineAsync(line => line.EndsWith(" serves", StringComparison.Ordinal), InitRun.Deadline);
        await Poll.UntilGoodAsync(client, $"http://127.0.0.1:{port}/");

        unit.Signal(UnixSignal.Term);
        Assert.Equal("ended with 0", await unit.WaitForLineAsync(line => line.StartsWith("ended", StringComparison.Ordinal), InitRun.Deadline));
        using var next = new TcpClient();
        await next.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken).AsTask().WaitAsync(InitRun.Deadline, TestContext.Current.CancellationToken);
        using var answer = new StreamReader(next.GetStream());
        Assert.Equal("next", await answer.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(InitRun.Deadline, TestContext.Current.CancellationToken));
        Assert.Equal(0, await unit.WaitForExitAsync(InitRun.Deadline));
    }

    private static async Task<string> NextAsync(Socket socket)
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer).WaitAsync(InitRun.Deadline));
    }
}
