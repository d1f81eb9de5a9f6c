using System.Net.WebSockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

namespace CrashShield.Drills.Services;

/// <summary>A client of the hub that pings all the time, and comes back as SignalR's clients do by themselves.</summary>
internal sealed class PingClient : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    private readonly HubConnection _connection;

    public PingClient(Uri server)
    {
        _connection = new HubConnectionBuilder().WithUrl(new Uri(server, "/hub")).WithAutomaticReconnect().Build();
        _connection.Reconnected += _ =>
        {
            Reconnections++;
            return Task.CompletedTask;
        };
    }

    public int Reconnections { get; private set; }

    public int Answered { get; private set; }

    /// <summary>Pings whose connection ended first, and that were sent again on the next one.</summary>
    public int Repeated { get; private set; }

    /// <summary>Pings without the right answer within 5 s of when they were due.</summary>
    public int Failed { get; private set; }

    public double SlowestMs { get; private set; }

    public Task ConnectAsync(CancellationToken cancellationToken) => _connection.StartAsync(cancellationToken);

    public async Task RunAsync(CancellationToken over)
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            var due = TimeProvider.System.GetTimestamp();
            if (await PingAsync(number))
                Answered++;
            else
                Failed++;
            SlowestMs = Math.Max(SlowestMs, TimeProvider.System.GetElapsedTime(due).TotalMilliseconds);
            await Task.Delay(Between, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<bool> PingAsync(int number)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        for (var tries = 0; !deadline.IsCancellationRequested;)
        {
            if (_connection.State == HubConnectionState.Connected)
            {
                Repeated += tries++ > 0 ? 1 : 0;
                try
                {
                    return await _connection.InvokeAsync<int>("Ping", number, deadline.Token) == number;
                }
                catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or IOException or HubException or WebSocketException)
                {
                    // The connection ends: the next one gets it.
                }
            }

            await Task.Delay(Again, CancellationToken.None);
        }

        return false;
    }
}
