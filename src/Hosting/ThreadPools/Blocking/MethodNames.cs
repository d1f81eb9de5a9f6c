namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>The names of the methods that some addresses belong to. Only what is asked for is kept of the tens of thousands of methods that a process has.</summary>
internal sealed class MethodNames
{
    private readonly ulong[] _addresses;
    private readonly MethodName?[] _names;

    public MethodNames(IEnumerable<ulong> addresses)
    {
        _addresses = [.. addresses.Distinct().Order()];
        _names = new MethodName?[_addresses.Length];
    }

    /// <summary>Takes the payload of an event MethodDCEndVerbose.</summary>
    public void Add(ReadOnlySpan<byte> payload)
    {
        var method = new NettraceCursor(payload);
        method.UInt64(); // method
        method.UInt64(); // module
        var start = method.UInt64();
        var size = (uint)method.Int32();
        var first = Array.BinarySearch(_addresses, start);
        if (first < 0)
            first = ~first;
        if (first == _addresses.Length || _addresses[first] - start >= size)
            return;

        method.Int32(); // token
        method.Int32(); // flags
        var name = MethodName.Of(method.Text(), method.Text());
        for (var i = first; i < _addresses.Length && _addresses[i] - start < size; i++)
            _names[i] = name;
    }

    public MethodName? Of(ulong address) => Array.BinarySearch(_addresses, address) is >= 0 and var i ? _names[i] : null;
}
