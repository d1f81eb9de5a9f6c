namespace CrashShield.Hosting.Handoff;

/// <summary>Whether this process accepts connections. One gate for all of its listeners, so that they open and pause together.</summary>
internal sealed class AcceptGate : IDisposable
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _closed = new();
    private int _connections;
    private Action? _firstAccepted;

    /// <summary>Called once, with the first connection of a client: those of the warm-up come before the gate opens.</summary>
    public Action? FirstAccepted
    {
        set => Volatile.Write(ref _firstAccepted, value);
    }

    public bool IsOpen { get; private set; }

    /// <summary>Whether it is closed for good.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether whoever has connected before it closed is accepted, and nobody else.</summary>
    public bool IsRefusing { get; private set; }

    /// <summary>How many accepted connections are open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Completes when the gate opens, or is closed for good; at once while it is open.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
                return _opened.Task;
        }
    }

    /// <summary>Cancelled when the gate closes; while it is closed, already.</summary>
    public CancellationToken UntilClosed
    {
        get
        {
            lock (_lock)
                return IsOpen ? _closed.Token : new CancellationToken(canceled: true);
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            if (IsOpen || IsRefusing || HasEnded)
                return;
            IsOpen = true;
            _closed = new();
            _opened.SetResult();
        }
    }

    public void Close()
    {
        CancellationTokenSource closed;
        lock (_lock)
        {
            if (!IsOpen)
                return;
            IsOpen = false;
            _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
            closed = _closed;
        }

        // Outside of the lock: accepts end on this thread. Not disposed: one that begins now still asks for its token.
        closed.Cancel();
    }

    /// <summary>Closes it for good where no other process takes its clients over: those that are connected already are accepted.</summary>
    public void Refuse()
    {
        lock (_lock)
            IsRefusing = IsOpen;
        Close();
    }

    /// <summary>Closes it for good: nobody on this side of it accepts any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (HasEnded)
                return;
            HasEnded = true;
            if (!IsOpen)
            {
                _opened.SetResult();
                _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        Close();
    }

    public void Count(int change)
    {
        Interlocked.Add(ref _connections, change);
        if (change > 0 && _firstAccepted is not null && IsOpen)
            Interlocked.Exchange(ref _firstAccepted, null)?.Invoke();
    }

    public void Dispose() => _closed.Dispose();
}
