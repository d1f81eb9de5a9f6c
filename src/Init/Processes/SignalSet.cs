using System.Runtime.CompilerServices;

namespace CrashShield.Init.Processes;

/// <summary>sigset_t: 1,024 bits in glibc, 128 or 1,024 in use elsewhere; signal n is bit n - 1.</summary>
[InlineArray(16)]
internal struct SignalSet
{
    private ulong _first;

    public static SignalSet Of(params ReadOnlySpan<Signal> signals)
    {
        var set = default(SignalSet);
        foreach (var signal in signals)
            set[0] |= 1UL << ((int)signal - 1);
        return set;
    }

    public readonly bool Holds(SignalSet other) => (this[0] & other[0]) == other[0];
}
