using System.Text;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;

namespace CrashShield.Init;

/// <summary>
/// Writes lines without ever waiting for who reads them: behind a reader that has stalled the init would pass on no signal and start no
/// worker. What cannot be written now is dropped, and counted.
/// </summary>
internal sealed class LineWriter(int descriptor)
{
    // PIPE_BUF: a pipe that is ready takes as much without blocking, pipe(7). The descriptor is the worker's too, so it stays a blocking one.
    private const int LongestLine = 4096;

    private int _dropped;

    public void Write(string line)
    {
        if (_dropped > 0 && TryWrite($"crashshield-init: lines dropped here, as nobody read them: {_dropped}\n"))
            _dropped = 0;
        if (_dropped > 0 || !TryWrite(line + "\n"))
            _dropped++;
    }

    private bool TryWrite(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        if (bytes.Length > LongestLine)
        {
            bytes = bytes[..LongestLine];
            bytes[^1] = (byte)'\n';
        }

        while (bytes.Length > 0)
        {
            Span<PollEntry> entry = [new PollEntry { Descriptor = descriptor, Wanted = PollEvents.Out }];
            if (PollCalls.Poll(entry, 1, milliseconds: 0) != 1 || !entry[0].Returned.HasFlag(PollEvents.Out))
                return false;
            var written = ProcessCalls.Write(descriptor, bytes, (nuint)bytes.Length);
            // Nobody reads any more, or a terminal is gone: the service matters more than its log.
            if (written <= 0)
                return false;
            bytes = bytes[(int)written..];
        }

        return true;
    }
}
