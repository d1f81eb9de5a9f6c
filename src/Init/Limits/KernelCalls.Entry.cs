using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Containers.Limits;

internal unsafe partial struct KernelCalls
{
    // One thread runs: no collection waits for it to come back.
    private readonly nint Invoke(nint number, nint first, nint second, nint third, nint fourth) =>
        ((delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, nint, nint>)_entry)(number, first, second, third, fourth);

    private bool TryFindEntry()
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "syscall", out var entry))
            return false;

        _entry = entry;
        return true;
    }
}
