namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>
/// Whether threads can still be started. The runtime starts two for a session and does not expect that to fail (EP_UNREACHABLE in ep-sample-profiler.c), so it is tried before.
/// </summary>
internal static class ThreadRoom
{
    private const int Needed = 4;
    private const int StackSize = 256 * 1024;

    /// <exception cref="OutOfMemoryException">No thread can be started.</exception>
    public static void Require()
    {
        // Left to the finalizer: a thread may still be on its way to the wait.
        var done = new ManualResetEvent(false);
        try
        {
            for (var i = 0; i < Needed; i++)
                new Thread(() => done.WaitOne(), StackSize) { IsBackground = true, Name = "shield room" }.Start();
        }
        finally
        {
            done.Set();
        }
    }
}
