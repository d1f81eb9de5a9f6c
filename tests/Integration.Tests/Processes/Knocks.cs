using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>Somebody who connects every 10 ms, each time anew, asks for something and waits for the answer.</summary>
internal sealed class Knocks : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Request = "GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly EndPoint _at;
    private readonly TimeSpan _pause;
    private readonly ConcurrentQueue<Task<Knock>> _all = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _knocking;

    /// <param name="at">Where.</param>
    /// <param name="pause">How long each is connected before it asks.</param>
    public Knocks(EndPoint at, TimeSpan pause = default)
    {
        (_at, _pause) = (at, pause);
        _knocking = KnockAsync();
    }

    /// <summary>At the address of a URL.</summary>
    public static Knocks At(string url, TimeSpan pause = default) => new(new IPEndPoint(IPAddress.Loopback, new Uri(url).Port), pause);

    /// <summary>Waits until one after now has ended so.</summary>
    public async Task UntilAsync(Knock how)
    {
        var before = _all.Count;
        await Poll.UntilAsync(() => _all.Skip(before).Any(knock => knock.IsCompletedSuccessfully && knock.Result == how), $"a client is {how}");
    }

    /// <summary>Ends it, and waits for the answers that are still to come.</summary>
    /// <returns>How each one ended, in the order in which they came.</returns>
    public async Task<IReadOnlyList<Knock>> EndAsync()
    {
        await _stop.CancelAsync();
        await _knocking;
        return await Task.WhenAll(_all);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _knocking;
        _stop.Dispose();
    }

    private async Task KnockAsync()
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
                _all.Enqueue(AskAsync());
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Enough.
        }
    }

    private async Task<Knock> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var socket = new Socket(_at.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(_at, patience.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return Knock.Refused;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed while it was being connected.
            return Knock.LeftAlone;
        }

        try
        {
            if (_pause > TimeSpan.Zero)
                await Task.Delay(_pause, patience.Token);
            await socket.SendAsync(Request, patience.Token);
            return await socket.ReceiveAsync(new byte[64], patience.Token) > 0 ? Knock.Answered : Knock.LeftAlone;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return Knock.LeftAlone;
        }
    }
}
