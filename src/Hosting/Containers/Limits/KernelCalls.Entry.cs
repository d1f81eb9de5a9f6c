using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Containers.Limits;

internal unsafe partial struct KernelCalls
{
    // NativeAOT has a pointer with this bit lead to two words, the code and an argument.
    private const nint NoPlainPointer = 2;

    // Called as if it were managed code, which for integers is the same on these machines: with no transition, which a collection might not let back, and no look whether there is one.
    [MethodImpl(RawCode.Final)]
    private readonly nint Invoke(nint number, nint first, nint second, nint third, nint fourth) =>
        ((delegate*<nint, nint, nint, nint, nint, nint>)_entry)(number, first, second, third, fourth);

    private bool TryFindEntry()
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "syscall", out var entry) || (entry & NoPlainPointer) != 0)
            return false;

        _entry = entry;
        // A page of the library may be taken back like any other of a file.
        Lock(entry & ~(nint)(RawBlock.PageSize - 1), RawBlock.PageSize);
        return true;
    }
}
