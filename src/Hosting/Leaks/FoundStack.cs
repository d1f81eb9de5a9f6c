namespace CrashShield.Hosting.Leaks;

/// <summary>
/// Hands findings from finalizers to the monitor's thread (Treiber's stack). Never blocks; <c>ConcurrentQueue</c> takes a lock whenever it grows, and a finalizer that waits stops
/// finalization for the whole process.
/// </summary>
internal sealed class FoundStack<T>
{
    private Node? _head;

    public bool IsEmpty => Volatile.Read(ref _head) is null;

    public void Push(T value)
    {
        var node = new Node(value);
        do
            node.Next = Volatile.Read(ref _head);
        while (Interlocked.CompareExchange(ref _head, node, node.Next) != node.Next);
    }

    /// <summary>Takes all there is, the last first.</summary>
    public IEnumerable<T> TakeAll()
    {
        for (var node = Interlocked.Exchange(ref _head, null); node is not null; node = node.Next)
            yield return node.Value;
    }

    private sealed class Node(T value)
    {
        public T Value => value;

        public Node? Next { get; set; }
    }
}
