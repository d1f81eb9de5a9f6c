using System.Runtime.CompilerServices;

namespace CrashShield.CleanupProbe;

/// <summary>Clean-up in a finalizer, of an object that nothing refers to any more when the process ends.</summary>
internal sealed class AbandonedObject
{
    ~AbandonedObject() => Console.WriteLine("finalizer");

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Make() => _ = new AbandonedObject();
}
