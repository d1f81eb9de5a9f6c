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

    private readonly byte[] _line = new byte[LongestLine];
    private int _dropped;

    public void Write(string line) => Write(Encoding.UTF8.GetBytes(line));

    /// <summary>Allocates nothing, unless lines were dropped before.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        if (_dropped > 0 && TryWrite(Encoding.UTF8.GetBytes($"crashshield-init: lines dropped here, as nobody read them: {_dropped}")))
            _dropped = 0;
        if (_dropped > 0 || !TryWrite(line))
            _dropped++;
    }

    private bool TryWrite(ReadOnlySpan<byte> line)
    {
        var length = Math.Min(line.Length, LongestLine - 1);
        line[..length].CopyTo(_line);
        _line[length] = (byte)'\n';
        ReadOnlySpan<byte> bytes = _line.AsSpan(0, length + 1);
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
