using System.Runtime.InteropServices;

namespace CrashShield.Handoff.Protocol;

/// <summary>A NULL-terminated array of C strings, as argv and envp are.</summary>
internal sealed unsafe class CStrings : IDisposable
{
    private readonly byte** _pointers;

    public CStrings(IReadOnlyList<byte[]> strings)
    {
        var characters = strings.Sum(text => text.Length + 1);
        var head = (strings.Count + 1) * sizeof(byte*);
        _pointers = (byte**)NativeMemory.AllocZeroed((nuint)(head + characters));
        var next = (byte*)_pointers + head;
        for (var i = 0; i < strings.Count; i++)
        {
            strings[i].CopyTo(new Span<byte>(next, strings[i].Length));
            _pointers[i] = next;
            next += strings[i].Length + 1;
        }
    }

    public byte** Pointer => _pointers;

    public void Dispose() => NativeMemory.Free(_pointers);
}
