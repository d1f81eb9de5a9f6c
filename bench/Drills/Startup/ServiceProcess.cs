using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Startup;

/// <summary>The smallest service there is, <c>bare</c> or with the <c>shield</c>, as a process that has answered its first request.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    public const string Bare = "bare";
    public const string Shield = "shield";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly ChildProgram _process;
    private readonly HttpClient _client;

    private ServiceProcess(ChildProgram process, int port, ServiceStart start)
    {
        (_process, Start) = (process, start);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public int Id => _process.Id;

    /// <summary>How long the way to the first response has taken.</summary>
    public ServiceStart Start { get; }

    /// <summary>Starts one.</summary>
    /// <param name="program">The path of its assembly.</param>
    /// <param name="kind">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ServiceProcess> StartAsync(string program, string kind, CancellationToken cancellationToken)
    {
        var port = FreePort.Take();
        var clock = Stopwatch.StartNew();
        // What it logs is read, as whoever runs a service does.
        var process = ChildProgram.Start(program, [kind, "--urls", $"http://127.0.0.1:{port}"], onLine: static _ => { });
        try
        {
            while (!await IsAnsweredAsync(port, cancellationToken))
            {
                if (process.HasExited || clock.Elapsed > Deadline)
                    throw new InvalidOperationException($"{program} {kind} does not answer.");
                await Task.Delay(1, cancellationToken);
            }

            return new(process, port, new(clock.Elapsed.TotalMilliseconds, CpuClock.Used(process.Id).TotalMilliseconds));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it allocates in each second in which it has nothing to do.</summary>
    public async Task<long[]> IdleBytesAsync(int seconds, CancellationToken cancellationToken) =>
        (await _client.GetFromJsonAsync<long[]>($"/idle-bytes?seconds={seconds}", cancellationToken))!;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _process.DisposeAsync();
    }

    private static async Task<bool> IsAnsweredAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            await socket.SendAsync(Request, cancellationToken);
            var answer = new byte[1024];
            var length = await socket.ReceiveAsync(answer, cancellationToken);
            return answer.AsSpan(0, length).StartsWith("HTTP/1.1 200 "u8);
        }
        catch (SocketException)
        {
            // Nobody listens yet.
            return false;
        }
    }
}
