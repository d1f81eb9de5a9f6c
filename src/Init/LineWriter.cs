using System.Text;
using CrashShield.Init.Polling;
using CrashShield.Init.Processes;

namespace CrashShield.Init;

/// <summary>
/// Writes lines without ever waiting for who reads them: behind a reader that has stalled the init would pass on no signal and start no
/// worker. What cannot be written now is dropped, and counted.
/// </summary>
internal sealed class LineWriter
{
    // PIPE_BUF: a pipe takes as much as a whole or not at all, pipe(7).
    private const int LongestLine = 4096;
    private const int WriteWithoutWaiting = 0x80801; // O_WRONLY | O_NONBLOCK | O_CLOEXEC

    private readonly int _descriptor;

    private readonly byte[] _line = new byte[LongestLine];
    private int _dropped;

    public LineWriter(int descriptor) => _descriptor = OpenAgain(descriptor);

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
            Span<PollEntry> entry = [new PollEntry { Descriptor = _descriptor, Wanted = PollEvents.Out }];
            if (PollCalls.Poll(entry, 1, milliseconds: 0) != 1 || !entry[0].Returned.HasFlag(PollEvents.Out))
                return false;
            var written = ProcessCalls.Write(_descriptor, bytes, (nuint)bytes.Length);
            // Nobody reads any more, or a terminal is gone: the service matters more than its log.
            if (written <= 0)
                return false;
            bytes = bytes[(int)written..];
        }

        return true;
    }

    // The worker writes to the same pipe, and may fill it between a look and a write. Its descriptor is to stay a blocking one, which is a flag of what was opened: so the pipe is opened once more. Where that is
    // not allowed, as without /proc, the look has to do.
    private static int OpenAgain(int descriptor)
    {
        var path = $"/proc/self/fd/{descriptor}";
        if (descriptor < 0 || !IsPipe(path) || ProcessCalls.OpenFile(path, WriteWithoutWaiting, 0) is not (>= 0 and var opened))
            return descriptor;
        return opened;
    }

    private static bool IsPipe(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
