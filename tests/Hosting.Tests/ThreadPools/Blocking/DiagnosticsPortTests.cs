using System.Net.Sockets;
using CrashShield.Hosting.ThreadPools.Blocking;

namespace CrashShield.Hosting.Tests.ThreadPools.Blocking;

/// <summary>Whatever the port does, there is a reason and no exception, and it takes no longer than it may.</summary>
public sealed class DiagnosticsPortTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("port").FullName;
    private readonly ManualResetEvent _stop = new(true);

    [Fact]
    public void NoSocketIsExplained()
    {
        var failure = Take().Failure;

        Assert.Contains("the runtime has no diagnostics port", failure);
        Assert.Contains("DOTNET_EnableDiagnostics", failure);
    }

    [Fact]
    public void NoDirectoryIsExplained()
    {
        Directory.Delete(_directory);

        Assert.Contains(_directory, Take().Failure);
    }

    [Fact]
    public void SocketOfAnEndedProcessIsPassedOver()
    {
        new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified).Bind(new UnixDomainSocketEndPoint(Socket("1")));

        Assert.Contains("no diagnostics port", Take().Failure);
    }

    [Fact]
    public void PortThatNeverRespondsIsGivenUp()
    {
        using var listener = Listen();

        Assert.Equal("the runtime did not deliver the stacks in time", Take().Failure);
    }

    [Fact]
    public void GarbageIsExplained()
    {
        using var listener = Listen();
        Socket? client = null;
        new Thread(() =>
        {
            client = listener.Accept();
            client.Send(new byte[100]);
        }) { IsBackground = true }.Start();

        Assert.Equal("the runtime's event stream is malformed: the diagnostics port did not respond in its protocol", Take().Failure);
        client?.Dispose();
    }

    [Fact]
    public void ClosedConnectionIsExplained()
    {
        using var listener = Listen();
        new Thread(() =>
        {
            using var client = listener.Accept();
            client.Receive(new byte[1000]);
        }) { IsBackground = true }.Start();

        Assert.Equal("the runtime's event stream is malformed: the diagnostics port closed the connection", Take().Failure);
    }

    public void Dispose()
    {
        _stop.Dispose();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private BlockingSample Take() => new BlockingSampler(TimeProvider.System, _directory, TimeSpan.FromSeconds(1)).Take(_stop);

    private string Socket(string key) => Path.Combine(_directory, $"dotnet-diagnostic-{Environment.ProcessId}-{key}-socket");

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket("2")));
        listener.Listen();
        return listener;
    }
}
