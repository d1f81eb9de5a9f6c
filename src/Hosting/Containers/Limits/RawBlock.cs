using System.Runtime.InteropServices;
using System.Text;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Memory that is there before it is needed: zeroed, so touched, and never given back.</summary>
internal sealed unsafe class RawBlock(int size)
{
    private readonly byte* _start = (byte*)NativeMemory.AlignedAlloc((nuint)size, PageSize);
    private int _used;

    public const int PageSize = 4096;

    public static RawBlock Create(int size)
    {
        var block = new RawBlock(size);
        NativeMemory.Clear(block._start, (nuint)size);
        return block;
    }

    public byte* Start => _start;

    public int Size => size;

    public byte* Take(int bytes)
    {
        const int Alignment = 16;
        var taken = _start + _used;
        _used += (bytes + Alignment - 1) & ~(Alignment - 1);
        return _used <= size ? taken : throw new InvalidOperationException($"The block of {size} bytes is full.");
    }

    public RawWord Word(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var start = Take(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(start, length));
        return new(start, length);
    }

    public RawText Text(int capacity) => new(Take(capacity), capacity);
}
