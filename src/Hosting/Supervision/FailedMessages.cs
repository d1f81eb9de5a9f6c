namespace CrashShield.Hosting.Supervision;

/// <summary>The messages whose handling has failed, by queue and key. Beyond <see cref="Capacity"/> the one that failed the longest ago is forgotten.</summary>
internal sealed class FailedMessages
{
    public const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<(string Queue, string Key), DeadLetter> _messages = [];

    public DeadLetter? Find((string Queue, string Key) message)
    {
        lock (_lock)
            return _messages.GetValueOrDefault(message);
    }

    public void Add((string Queue, string Key) message, Exception exception)
    {
        lock (_lock)
        {
            var failures = _messages.Remove(message, out var known) ? known.Failures + 1 : 1;
            if (_messages.Count == Capacity)
                _messages.RemoveAt(0);
            _messages.Add(message, new(message.Queue, message.Key, failures, exception));
        }
    }

    public void Forget((string Queue, string Key) message)
    {
        lock (_lock)
            _messages.Remove(message);
    }
}
