namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>
/// Whether threads can still be started. The runtime starts two for a session, and one that it cannot start hangs the session's end and with it the diagnostics port and the exit of the
/// process (seen with .NET 10.0.12 at <c>pids.max</c>); one that its pool cannot start ends the process. So it is tried before, with some to spare, as others may start threads at the same time.
/// </summary>
internal static class ThreadRoom
{
    private const int Needed = 6;
    private const int StackSize = 256 * 1024;

    /// <exception cref="IOException">There is no room.</exception>
    public static void Require()
    {
        if (!Has(Needed))
            throw new IOException("no more threads can be started, and the runtime needs two to sample the stacks");
    }

    /// <summary>Whether so many threads more can be started. Starts them, and has them end.</summary>
    public static bool Has(int count)
    {
        using var done = new ManualResetEvent(false);
        var threads = new List<Thread>(count);
        try
        {
            while (threads.Count < count)
            {
                var thread = new Thread(() => done.WaitOne(), StackSize) { IsBackground = true, Name = "shield room" };
                thread.Start();
                threads.Add(thread);
            }

            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        finally
        {
            done.Set();
            threads.ForEach(thread => thread.Join());
        }
    }
}
