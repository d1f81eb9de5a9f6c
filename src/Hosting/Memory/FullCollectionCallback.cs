using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace CrashShield.Hosting.Memory;

/// <summary>
/// Unreachable from the start, and registered anew each time its finalizer has run: once it has grown into generation 2 that is after every full collection. The
/// runtime's own pools trim themselves in this way (<c>System.Gen2GcCallback</c>).
/// </summary>
internal sealed class FullCollectionCallback : CriticalFinalizerObject
{
    // Weak: it ends with the host that it is for. A WeakReference would be finalized, and so be empty, before this is.
    private GCHandle _target;

    private FullCollectionCallback(GcStatistics target) => _target = GCHandle.Alloc(target, GCHandleType.Weak);

    ~FullCollectionCallback()
    {
        if (_target.Target is not GcStatistics target)
        {
            _target.Free();
            return;
        }

        try
        {
            target.ObserveFull();
        }
        catch (Exception)
        {
            // On this thread it would end the process. What was not seen now is counted with the next reading.
        }

        GC.ReRegisterForFinalize(this);
    }

    public static void Register(GcStatistics target) => _ = new FullCollectionCallback(target);
}
