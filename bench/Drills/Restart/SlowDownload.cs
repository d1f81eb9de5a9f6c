using System.Diagnostics;
using System.Net.Sockets;
using CrashShield.Load;

namespace CrashShield.Drills.Restart;

/// <summary>
/// A client that reads a long answer slowly, after which the server is to close the connection: what it has sent last is still in the kernel when it closes, and often when its process has ended.
/// </summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Bytes">How much came, the head included.</param>
/// <param name="Outlasted">How many hot restarts came to serve meanwhile.</param>
internal sealed record SlowDownload(Outcome Outcome, long Bytes, int Outlasted)
{
    // Little, so that most of what has not been read is on the side of the server.
    private const int ReceiveBuffer = 64 * 1024;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    public static async Task<SlowDownload> RunAsync(Target target, double bytesPerSecond, Func<int> restarts, CancellationToken cancellationToken)
    {
        var (before, bytes, answer) = (restarts(), 0L, new AnswerReader());
        using var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBuffer };
        try
        {
            await socket.ConnectAsync(target.EndPoint, cancellationToken);
            await socket.SendAsync(target.Request(target.Url.PathAndQuery, "Connection: close"), cancellationToken);
            var (buffer, started, isWhole) = (new byte[ReceiveBuffer], Stopwatch.GetTimestamp(), false);
            using var pace = new PeriodicTimer(Pace);
            while (!isWhole)
            {
                await pace.WaitForNextTickAsync(cancellationToken);
                for (var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * bytesPerSecond) - bytes; due > 0 && !isWhole;)
                {
                    var read = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(due, buffer.Length)), cancellationToken);
                    if (read == 0)
                        return Ended(Outcome.Truncated);
                    isWhole = answer.Read(buffer.AsSpan(0, read));
                    (bytes, due) = (bytes + read, due - read);
                }
            }

            return Ended(LoadConnection.OutcomeOf(answer.Status, expectedStatus: 200));
        }
        catch (SocketException e)
        {
            return Ended(e.SocketErrorCode == SocketError.ConnectionRefused ? Outcome.Refused : answer.HasBegun ? Outcome.Truncated : Outcome.Reset);
        }

        SlowDownload Ended(Outcome outcome) => new(outcome, bytes, restarts() - before);
    }
}
