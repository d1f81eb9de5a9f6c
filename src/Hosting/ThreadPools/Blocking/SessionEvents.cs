using System.Runtime.InteropServices;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>Takes from the blocks of a session what was sampled, and the names of the methods that were met.</summary>
internal sealed class SessionEvents
{
    private const string Sampler = "Microsoft-DotNETCore-SampleProfiler";
    private const string Rundown = "Microsoft-Windows-DotNETRuntimeRundown";
    private const int MethodDCEndVerbose = 144;

    // The sampler's only field: 1 for a thread that waits or is in native code, 2 for one in managed code.
    private const int External = 1;

    private readonly HashSet<int> _samples = [];
    private readonly HashSet<int> _methods = [];
    private readonly Dictionary<int, ulong[]> _stacks = [];
    private readonly Dictionary<ulong, ThreadSample> _threads = [];

    public IReadOnlyCollection<ThreadSample> Threads => _threads.Values;

    /// <summary>The names, once the first method has been reported. That is when the sampling is over.</summary>
    public MethodNames? Names { get; private set; }

    public void Take(string type, ReadOnlySpan<byte> block)
    {
        switch (type)
        {
            case "MetadataBlock":
                TakeMetadata(block);
                break;
            case "StackBlock":
                TakeStacks(block);
                break;
            case "EventBlock":
                TakeEvents(block);
                break;
            // After a sequence point nothing refers to the stacks before it.
            case "SPBlock":
                _stacks.Clear();
                break;
        }
    }

    private void TakeMetadata(ReadOnlySpan<byte> block)
    {
        for (var blobs = new EventBlobs(block); blobs.Next();)
        {
            var metadata = new NettraceCursor(blobs.Payload);
            var id = metadata.Int32();
            var provider = metadata.Text();
            var eventId = metadata.Int32();
            if (provider.SequenceEqual(Sampler))
                _samples.Add(id);
            else if (eventId == MethodDCEndVerbose && provider.SequenceEqual(Rundown))
                _methods.Add(id);
        }
    }

    private void TakeStacks(ReadOnlySpan<byte> block)
    {
        var cursor = new NettraceCursor(block);
        var id = cursor.Int32();
        for (var count = cursor.Int32(); count > 0; count--)
        {
            var bytes = cursor.Take(cursor.Int32());
            if (Names is null)
                _stacks[id++] = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
        }
    }

    private void TakeEvents(ReadOnlySpan<byte> block)
    {
        for (var blobs = new EventBlobs(block); blobs.Next();)
        {
            if (_methods.Contains(blobs.MetadataId))
                (Names ??= new MethodNames(_threads.Values.SelectMany(thread => thread.Stack))).Add(blobs.Payload);
            else if (Names is null && _samples.Contains(blobs.MetadataId) && _stacks.TryGetValue(blobs.StackId, out var stack))
                TakeSample(blobs.ThreadId, stack, new NettraceCursor(blobs.Payload).Int32() == External);
        }
    }

    private void TakeSample(ulong thread, ulong[] stack, bool isWaiting)
    {
        if (!_threads.TryGetValue(thread, out var sample))
            _threads.Add(thread, sample = new());
        sample.Add(stack, isWaiting);
    }
}
