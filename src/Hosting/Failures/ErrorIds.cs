using System.Buffers.Binary;

namespace CrashShield.Hosting.Failures;

/// <summary>Makes version 7 UUIDs (RFC 9562, section 5.7) from the thread's random numbers: the system's cost a call into the kernel.</summary>
internal static class ErrorIds
{
    private const int TimestampBits = 48;
    private const ulong Version7 = 0x7000;
    private const ulong VersionAndRandomMask = 0x0FFF;
    private const ulong VariantMask = 0x3FFF_FFFF_FFFF_FFFF;
    private const ulong Variant = 0x8000_0000_0000_0000;

    public static Guid New(DateTimeOffset timestamp)
    {
        var milliseconds = (ulong)timestamp.ToUnixTimeMilliseconds();
        var high = (milliseconds << (64 - TimestampBits)) | Version7 | (NextRandom() & VersionAndRandomMask);
        var low = Variant | (NextRandom() & VariantMask);

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    // Next(bound) leaves out one value of 2^63; no matter for an id.
    private static ulong NextRandom() => (ulong)Random.Shared.NextInt64() << 1 ^ (ulong)Random.Shared.NextInt64();
}
