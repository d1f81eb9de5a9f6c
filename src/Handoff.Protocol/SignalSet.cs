using System.Runtime.CompilerServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>sigset_t: 1,024 bits in glibc, 128 or 1,024 in use elsewhere; signal n is bit n - 1.</summary>
[InlineArray(16)]
internal struct SignalSet
{
    // Those below 36 are the C library's and the runtime's own.
    private const int FirstRealTime = 36;
    private const int LastRealTime = 64;

    private ulong _first;

    public static SignalSet Of(params ReadOnlySpan<Signal> signals)
    {
        var set = default(SignalSet);
        foreach (var signal in signals)
            set[0] |= 1UL << ((int)signal - 1);
        return set;
    }

    /// <summary>With the real-time signals that a program may take for what it likes.</summary>
    public readonly SignalSet WithRealTime()
    {
        var set = this;
        for (var signal = FirstRealTime; signal <= LastRealTime; signal++)
            set[0] |= 1UL << (signal - 1);
        return set;
    }

    public readonly bool Holds(SignalSet other) => (this[0] & other[0]) == other[0];
}
