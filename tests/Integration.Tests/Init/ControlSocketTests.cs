using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace CrashShield.Integration.Tests.Init;

[SupportedOSPlatform("linux")]
public class ControlSocketTests
{
    [Fact]
    public async Task AbuseIsAnsweredAndHarmsNothing()
    {
        await using var init = await InitRun.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(init.ControlPath));

        Assert.Contains("no JSON", await AskAsync(init, "nonsense\n"));
        Assert.Contains("a line feed is missing", await AskAsync(init, """{"protocol":1,"comm""", end: true));
        Assert.Contains("there was no request", await AskAsync(init, "", end: true));
        Assert.Contains("protocol version 9 is not known", await AskAsync(init, """{"protocol":9,"command":"stop"}""" + "\n"));
        Assert.Contains("longer than 4096 bytes", await AskAsync(init, new string('x', 1 << 20)));
        Assert.Contains("command 'dance' is not known", await AskAsync(init, """{"protocol":1,"command":"dance"}""" + "\n"));

        Assert.Equal(1, await init.AskAsync());
        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task ASilentClientTimesOutAndHoldsNobodyUp()
    {
        await using var init = await InitRun.StartAsync();
        var silent = AskAsync(init, """{"protocol":1,""");

        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
        Assert.Contains("no request within 5 s", await silent);
    }

    [Fact]
    public async Task TooManyClientsAreRefused()
    {
        await using var init = await InitRun.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => AskAsync(init, "")));

        Assert.Contains(answers, answer => answer.Contains("more than 16 control connections", StringComparison.Ordinal));
        Assert.Equal("serving", (await init.StatusAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task StopDrainsAndAnswersAtTheEnd()
    {
        await using var init = await InitRun.StartAsync();

        var (exitCode, output, _) = await init.ControlAsync("stop");

        Assert.Equal(0, exitCode);
        Assert.Equal("stopping\nthe worker has ended with code 0", output);
        Assert.Equal(0, await init.WaitForExitAsync());
        await init.OutputAsync("probe 1: TERM");
        Assert.False(File.Exists(init.ControlPath));
    }

    [Fact]
    public async Task WithoutAnInitThereIsAPlainAnswer()
    {
        await using var init = await InitRun.StartAsync();
        await init.ControlAsync("stop");
        await init.WaitForExitAsync();

        var (exitCode, _, errors) = await init.ControlAsync("status");

        Assert.Equal(69, exitCode);
        Assert.StartsWith($"crashshield-init: no init listens on {init.ControlPath}: ", errors);
    }

    private static async Task<string> AskAsync(InitRun init, string request, bool end = false)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(init.ControlPath));
        var sending = SendAsync(socket, request, end);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await socket.ReceiveAsync(buffer).WaitAsync(InitRun.Deadline)) > 0)
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // A reset after the answer: there was more to read than the init wanted.
        }

        await sending;
        return answer.ToString();
    }

    private static async Task SendAsync(Socket socket, string request, bool end)
    {
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(request));
            if (end)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The init has closed the connection in the middle of a request that it did not like.
        }
    }
}
