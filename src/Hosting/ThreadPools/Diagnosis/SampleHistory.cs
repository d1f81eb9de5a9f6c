namespace CrashShield.Hosting.ThreadPools.Diagnosis;

/// <summary>The last samples, in a ring that is allocated once.</summary>
internal sealed class SampleHistory
{
    // More than a second at one every 5 ms.
    private const int Size = 256;

    private readonly ProcessorSample[] _samples = new ProcessorSample[Size];
    private int _count;
    private int _newest = -1;

    public bool IsEmpty => _count == 0;

    public ProcessorSample Newest => _samples[_newest];

    public void Add(ProcessorSample sample)
    {
        _newest = (_newest + 1) % Size;
        _samples[_newest] = sample;
        _count = Math.Min(_count + 1, Size);
    }

    /// <summary>The latest sample at or before a moment; the oldest where all are later.</summary>
    public ProcessorSample At(long timestamp)
    {
        var index = _newest;
        for (var back = 1; back < _count && _samples[index].At > timestamp; back++)
            index = (index - 1 + Size) % Size;
        return _samples[index];
    }
}
