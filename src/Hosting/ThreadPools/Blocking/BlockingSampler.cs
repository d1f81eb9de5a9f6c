using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>
/// Says where the threads of the pool wait, by the runtime's own sampling profiler. It works on the caller's thread while every thread of the pool is blocked. The package
/// Microsoft.Diagnostics.NETCore.Client would need a second thread: it ends a session only when the runtime has responded, which is when somebody has read the rest.
/// </summary>
internal sealed class BlockingSampler(TimeProvider time, string directory, TimeSpan timeout)
{
    // The profiler stops all managed threads for each sample, a millisecond after the one before. One sample shows who waits; some more show who waits for long.
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestSession = TimeSpan.FromSeconds(5);
    private const int MaxBytes = 32 * 1024 * 1024;

    public BlockingSampler(TimeProvider time)
        : this(time, Path.GetTempPath(), LongestSession)
    {
    }

    /// <summary>Takes a sample; what prevents it is in <see cref="BlockingSample.Failure"/>. Never throws.</summary>
    /// <param name="stop">Ends the wait early.</param>
    public BlockingSample Take(WaitHandle stop)
    {
        // Its event stream has no samples, and sampling stops its threads all the same.
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return BlockingSample.Unknown("the stacks of native code are not sampled");
        try
        {
            return OperatingSystem.IsWindows() ? BlockingSample.Unknown("the stacks are not sampled on Windows") : Sample(stop);
        }
        catch (InvalidDataException e)
        {
            return BlockingSample.Unknown($"the runtime's event stream is malformed: {e.Message}");
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or UnauthorizedAccessException)
        {
            return BlockingSample.Unknown(ExceptionText.Message(e));
        }
        catch (Exception e)
        {
            return BlockingSample.Unknown($"{e.GetType()}: {ExceptionText.Message(e)}");
        }
    }

    internal static BlockingSample Read(NettraceReader.Source source)
    {
        var events = new SessionEvents();
        new NettraceReader(source, events.Take, MaxBytes).ReadToEnd();
        return events.Names is { } names ? BlockedPlaces.Of(events.Threads, names) : throw new InvalidDataException("it names no methods");
    }

    private BlockingSample Sample(WaitHandle stop)
    {
        ThreadRoom.Require();
        var begun = time.GetTimestamp();
        using var session = new SampleSession(() => DiagnosticsPort.Connect(directory, () => timeout - time.GetElapsedTime(begun)));
        stop.WaitOne(Duration);
        session.Stop();
        return Read(session.Receive);
    }
}
