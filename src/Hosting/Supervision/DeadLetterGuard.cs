namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Keeps a message that cannot be handled (a poison message) from failing its consumer for ever. A service; take it as a parameter. What it knows outlives the instances
/// of a supervised service, and ends with the process. Every member may be called from any thread.
/// </summary>
public sealed class DeadLetterGuard
{
    private readonly FailedMessages _failed = new();
    private readonly SupervisionReporter _reporter;
    private readonly BugCheck _bugs;
    private readonly int _after;

    internal DeadLetterGuard(SupervisionReporter reporter, SupervisionOptions options) =>
        (_reporter, _bugs, _after) = (reporter, new(options.IsBug, reporter), options.DeadLetterAfter);

    /// <summary>
    /// Handles one message. A failure is thrown on, so that the message is not acknowledged and the broker delivers it again. Once the message has failed
    /// <see cref="SupervisionOptions.DeadLetterAfter"/> times, its next delivery is not handled but handed to <paramref name="deadLetter"/>. A failure of a dependency
    /// (<see cref="SupervisionOptions.IsBug"/>) does not count: it is not the message's.
    /// </summary>
    /// <param name="queue">Where the message comes from. Use a constant: it ends up in logs.</param>
    /// <param name="key">What tells the message from others of its queue and is the same when it is delivered again, such as its id.</param>
    /// <param name="handle">Handles the message.</param>
    /// <param name="deadLetter">
    /// Puts the message aside, for example into the broker's dead-letter queue. When it fails, its failure is thrown on, and the next delivery is handed to it again.
    /// </param>
    /// <param name="cancellationToken">Passed on to both. What ends by it is no failure of the message.</param>
    /// <returns>True when the message was handled, false when it was put aside. Acknowledge it in both cases.</returns>
    /// <exception cref="ArgumentException">The queue or the key is empty.</exception>
    public async Task<bool> HandleAsync(
        string queue, string key, Func<CancellationToken, Task> handle, Func<DeadLetter, CancellationToken, Task> deadLetter,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queue);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(deadLetter);

        if (_failed.Find((queue, key)) is { } known && known.Failures >= _after)
        {
            await deadLetter(known, cancellationToken).ConfigureAwait(false);
            _failed.Forget((queue, key));
            _reporter.DeadLettered(known);
            ServiceHealth.OfCaller?.PutAside();
            return false;
        }

        try
        {
            await handle(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (!cancellationToken.IsCancellationRequested && _bugs.IsBug(e))
                _failed.Add((queue, key), e);
            throw;
        }

        _failed.Forget((queue, key));
        ServiceHealth.OfCaller?.Worked();
        return true;
    }
}
