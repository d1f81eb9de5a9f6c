namespace CrashShield.Hosting.Supervision;

/// <summary>Children in the order of their start. The links are in the children, so that any of 100,000 leaves at no cost. Not thread-safe.</summary>
internal struct ChildList
{
    public SupervisedChild? First { get; private set; }

    public SupervisedChild? Last { get; private set; }

    public void AddLast(SupervisedChild child)
    {
        child.Previous = Last;
        if (Last is null)
            First = child;
        else
            Last.Next = child;
        Last = child;
    }

    public void Remove(SupervisedChild child)
    {
        if (child.Previous is null)
            First = child.Next;
        else
            child.Previous.Next = child.Next;
        if (child.Next is null)
            Last = child.Previous;
        else
            child.Next.Previous = child.Previous;
        child.Previous = child.Next = null;
    }

    /// <summary>The child and all after it, in their order.</summary>
    public static List<SupervisedChild> From(SupervisedChild? child)
    {
        var children = new List<SupervisedChild>();
        for (; child is not null; child = child.Next)
            children.Add(child);
        return children;
    }
}
