using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>SHA-256 (FIPS 180-4) of a text of one piece, in memory of its own.</summary>
/// <param name="constants">The 64 round constants and, behind them, the 8 initial values.</param>
/// <param name="schedule">Room for 64 words.</param>
/// <param name="tail">Room for two blocks of 64 bytes.</param>
internal readonly unsafe struct RawHash(uint* constants, uint* schedule, byte* tail)
{
    public const int Rounds = 64;
    public const int Words = 8;
    private const int Block = 64;

    private static readonly uint[] RoundConstants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
        0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
        0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
        0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
        0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static readonly uint[] InitialValues = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    public static RawHash Create(RawBlock block)
    {
        var constants = (uint*)block.Take((Rounds + Words) * sizeof(uint));
        for (var i = 0; i < Rounds; i++)
            constants[i] = RoundConstants[i];
        for (var i = 0; i < Words; i++)
            constants[Rounds + i] = InitialValues[i];
        return new(constants, (uint*)block.Take(Rounds * sizeof(uint)), block.Take(2 * Block));
    }

    /// <param name="text">Of what.</param>
    /// <param name="length">Its length.</param>
    /// <param name="hash">Where the words go.</param>
    [MethodImpl(RawCode.Final)]
    public void Compute(byte* text, int length, uint* hash)
    {
        for (var i = 0; i < Words; i++)
            hash[i] = constants[Rounds + i];

        var whole = length / Block * Block;
        for (var at = 0; at < whole; at += Block)
            Mix(text + at, hash);

        // A one bit, zeros, and the length in bits.
        var rest = length - whole;
        var padded = rest < Block - sizeof(ulong) ? Block : 2 * Block;
        for (var i = 0; i < padded; i++)
            tail[i] = i < rest ? text[whole + i] : i == rest ? (byte)0x80 : (byte)0;
        for (var i = 0; i < sizeof(ulong); i++)
            tail[padded - 1 - i] = (byte)((long)length * 8 >> (8 * i));
        for (var at = 0; at < padded; at += Block)
            Mix(tail + at, hash);
    }

    [MethodImpl(RawCode.Final)]
    private void Mix(byte* block, uint* hash)
    {
        for (var i = 0; i < 16; i++)
            schedule[i] = (uint)((block[4 * i] << 24) | (block[4 * i + 1] << 16) | (block[4 * i + 2] << 8) | block[4 * i + 3]);
        for (var i = 16; i < Rounds; i++)
        {
            var (before, last) = (schedule[i - 15], schedule[i - 2]);
            schedule[i] = schedule[i - 16] + (Turn(before, 7) ^ Turn(before, 18) ^ (before >> 3)) + schedule[i - 7] + (Turn(last, 17) ^ Turn(last, 19) ^ (last >> 10));
        }

        uint a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
        for (var i = 0; i < Rounds; i++)
        {
            var first = h + (Turn(e, 6) ^ Turn(e, 11) ^ Turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + schedule[i];
            var second = (Turn(a, 2) ^ Turn(a, 13) ^ Turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + first;
            d = c;
            c = b;
            b = a;
            a = first + second;
        }

        hash[0] += a;
        hash[1] += b;
        hash[2] += c;
        hash[3] += d;
        hash[4] += e;
        hash[5] += f;
        hash[6] += g;
        hash[7] += h;
    }

    // Not that of the library, which is code of another assembly.
    [MethodImpl(RawCode.Final)]
    private static uint Turn(uint value, int by) => (value >> by) | (value << (32 - by));
}
