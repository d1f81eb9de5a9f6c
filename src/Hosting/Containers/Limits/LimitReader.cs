using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Reads the numbers of files that are open, into one buffer.</summary>
internal unsafe struct LimitReader(KernelCalls* calls, byte* buffer, int size)
{
    public const long Missing = -1;
    public const long NoLimit = long.MaxValue;

    private int _length;

    /// <summary>Reads a file, which <see cref="Find"/> then looks into.</summary>
    [MethodImpl(RawCode.Final)]
    public bool Fill(nint descriptor)
    {
        _length = descriptor < 0 ? 0 : (int)calls->Read(descriptor, buffer, size);
        return _length > 0;
    }

    /// <summary>The number that a file consists of; <see cref="NoLimit"/> for <c>max</c>.</summary>
    [MethodImpl(RawCode.Final)]
    public long Value(nint descriptor) => Fill(descriptor) ? Number(0, _length) : Missing;

    /// <summary>The number behind the beginning of a line and, in that line, a field.</summary>
    [MethodImpl(RawCode.Final)]
    public readonly long Find(RawWord line, RawWord field)
    {
        var at = 0;
        while (at < _length)
        {
            var end = at;
            while (end < _length && buffer[end] != '\n')
                end++;
            // Each line has an end; one without is cut off, and its number may be too.
            if (end == _length)
                return Missing;
            if (line.Begins(buffer + at, end - at))
            {
                for (at += line.Length; at + field.Length <= end; at++)
                {
                    if (field.Begins(buffer + at, end - at))
                        return Number(at + field.Length, end);
                }

                return Missing;
            }

            at = end + 1;
        }

        return Missing;
    }

    [MethodImpl(RawCode.Final)]
    private readonly long Number(int at, int end)
    {
        while (at < end && buffer[at] == ' ')
            at++;
        if (at < end && buffer[at] == 'm')
            return NoLimit;

        var (number, first) = (0L, at);
        for (; at < end && buffer[at] >= '0' && buffer[at] <= '9'; at++)
            number = number * 10 + buffer[at] - '0';
        return at > first ? number : Missing;
    }
}
