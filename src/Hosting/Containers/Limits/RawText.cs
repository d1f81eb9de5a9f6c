using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>A text that is put together in a buffer. What does not fit is cut off.</summary>
internal unsafe struct RawText(byte* start, int capacity)
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    public readonly byte* Start = start;
    public readonly int Capacity = capacity;

    public int Length;

    /// <summary>Without room for more.</summary>
    public readonly bool IsFull
    {
        [MethodImpl(RawCode.Final)]
        get => Length >= Capacity - 1;
    }

    [MethodImpl(RawCode.Final)]
    public void Clear() => Length = 0;

    [MethodImpl(RawCode.Final)]
    public void Add(RawWord word) => Add(word.Start, word.Length);

    [MethodImpl(RawCode.Final)]
    public void Add(byte* text, int length)
    {
        // One is left for the zero.
        for (var i = 0; i < length && Length < Capacity - 1; i++)
            Start[Length++] = text[i];
        Start[Length] = 0;
    }

    [MethodImpl(RawCode.Final)]
    public void Add(char ascii)
    {
        if (Length < Capacity - 1)
            Start[Length++] = (byte)ascii;
        Start[Length] = 0;
    }

    [MethodImpl(RawCode.Final)]
    public void Add(long number, int digits = 1)
    {
        var divisor = 1L;
        var count = 1;
        while (number / divisor >= 10 && count < 18)
        {
            divisor *= 10;
            count++;
        }

        for (; count < digits; count++)
            Add('0');
        for (; divisor > 0; divisor /= 10)
            Add((char)('0' + number / divisor % 10));
    }

    /// <summary>A moment, <c>20260314T092653Z</c> or, for JSON, <c>2026-03-14T09:26:53Z</c>.</summary>
    /// <param name="seconds">Since 1970.</param>
    /// <param name="isPlain">Whether it is without marks between.</param>
    [MethodImpl(RawCode.Final)]
    public void AddTime(long seconds, bool isPlain)
    {
        // Howard Hinnant's civil_from_days: years begin in March, eras have 400.
        const long EraDays = 146_097;
        var days = seconds / Day + 719_468;
        var (era, ofEra) = (days / EraDays, days % EraDays);
        var year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * year + year / 4 - year / 100);
        var shifted = (5 * ofYear + 2) / 153;
        var month = shifted < 10 ? shifted + 3 : shifted - 9;
        AddParts(year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1, isPlain ? '\0' : '-');
        Add('T');
        AddParts(seconds % Day / Hour, seconds % Hour / Minute, seconds % Minute, isPlain ? '\0' : ':');
        Add('Z');
    }

    [MethodImpl(RawCode.Final)]
    private void AddParts(long first, long second, long third, char mark)
    {
        Add(first, 2);
        AddMark(mark);
        Add(second, 2);
        AddMark(mark);
        Add(third, 2);
    }

    [MethodImpl(RawCode.Final)]
    private void AddMark(char mark)
    {
        if (mark != '\0')
            Add(mark);
    }
}
