using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>A text that stands outside of the managed heap, ended by a zero.</summary>
internal readonly unsafe struct RawWord(byte* start, int length)
{
    public readonly byte* Start = start;
    public readonly int Length = length;

    /// <summary>Whether a text begins with it.</summary>
    [MethodImpl(RawCode.Final)]
    public bool Begins(byte* text, int length)
    {
        if (length < Length)
            return false;
        for (var i = 0; i < Length; i++)
        {
            if (text[i] != Start[i])
                return false;
        }

        return true;
    }
}
