using System.Net;
using System.Net.Sockets;
using CrashShield.Middleware.Management;

namespace CrashShield.Middleware.Tests.Management;

public class ManagementConnectionTests
{
    [Fact]
    public async Task AnswerThatCannotBeMadeIs500AndTold()
    {
        var told = new List<Exception>();
        var failure = new InvalidOperationException("a callback of somebody");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        using (var served = new ManagementConnection(
            await listener.AcceptAsync(TestContext.Current.CancellationToken), _ => throw failure, told.Add, TimeProvider.System))
        {
            while (served.Stage != ManagementStage.End)
                served.Advance(othersWait: false);
        }

        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 500 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal([failure], told);
    }
}
