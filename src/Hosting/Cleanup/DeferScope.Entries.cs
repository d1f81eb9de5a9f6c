namespace CrashShield.Hosting.Cleanup;

/// <content>The entries of a scope, and its end.</content>
public sealed partial class DeferScope
{
    private readonly Lock _lock = new();
    private DeferredCleanup[] _cleanups = [];
    private int _count;
    private State _state;

    private enum State
    {
        Open,
        Ending,
        Ended,
    }

    private void Add(DeferredCleanup cleanup)
    {
        lock (_lock)
        {
            if (_state != State.Ended)
            {
                if (_count == _cleanups.Length)
                    Array.Resize(ref _cleanups, Math.Max(4, _count * 2));
                _cleanups[_count++] = cleanup;
                return;
            }
        }

        Refuse(cleanup);
    }

    private static void Refuse(DeferredCleanup cleanup)
    {
        var failures = default(CleanupFailures);
        failures.Add(new ObjectDisposedException(nameof(DeferScope), "The scope has ended; the clean-up was run at once."));
        try
        {
            cleanup.Run();
        }
        catch (Exception e)
        {
            failures.Add(e);
        }

        failures.Throw();
    }

    private void End(ref CleanupFailures failures)
    {
        if (!TryBeginEnd())
            return;

        while (TryTakeLast(out var cleanup))
        {
            try
            {
                cleanup.Run();
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }
    }

    private async ValueTask<CleanupFailures> EndAsync(CleanupFailures failures)
    {
        if (!TryBeginEnd())
            return failures;

        while (TryTakeLast(out var cleanup))
        {
            try
            {
                await cleanup.RunAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }

        return failures;
    }

    private bool TryBeginEnd()
    {
        lock (_lock)
        {
            if (_state != State.Open)
                return false;
            _state = State.Ending;
            return true;
        }
    }

    // Clean-ups that others register are taken too: the scope has ended only once none is left.
    private bool TryTakeLast(out DeferredCleanup cleanup)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                _state = State.Ended;
                _cleanups = [];
                cleanup = default;
                return false;
            }

            cleanup = _cleanups[--_count];
            _cleanups[_count] = default;
            return true;
        }
    }
}
