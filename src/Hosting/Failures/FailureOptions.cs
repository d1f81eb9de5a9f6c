using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Failures;

/// <summary>How failures are captured and answered (<c>CrashShield:Exceptions</c>).</summary>
public sealed class FailureOptions : ISettings
{
    private readonly Dictionary<Type, int> _statusCodes = [];
    private readonly List<Func<CapturedFailure, CancellationToken, ValueTask>> _hooks = [];

    /// <summary>
    /// How long a hook may hold up the failed request before it is given up.
    /// 10 ms to 1 minute; default: 5 seconds.
    /// </summary>
    [InRange("00:00:00.010", "00:01:00")]
    public TimeSpan HookTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal IReadOnlyDictionary<Type, int> StatusCodes => _statusCodes;

    internal IReadOnlyList<Func<CapturedFailure, CancellationToken, ValueTask>> Hooks => _hooks;

    /// <summary>Answers requests that fail with this type, or one derived from it, with a status. The most derived mapping wins.</summary>
    /// <typeparam name="TException">The type of the exception.</typeparam>
    /// <param name="statusCode">400 to 599.</param>
    /// <returns>These options, for the next mapping.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is not one of an error.</exception>
    public FailureOptions Map<TException>(int statusCode)
        where TException : Exception
    {
        if (statusCode is < 400 or > 599)
            throw new ArgumentOutOfRangeException(nameof(statusCode), statusCode, $"The status for {typeof(TException)} must be from 400 to 599.");

        _statusCodes[typeof(TException)] = statusCode;
        return this;
    }

    /// <summary>
    /// Calls back for every captured failure, of requests, supervised tasks and unobserved tasks, after the client has been answered.
    /// A hook that throws or outlasts <see cref="HookTimeout"/> is logged and does no other harm.
    /// </summary>
    /// <param name="hook">The callback; its token is cancelled at the bound.</param>
    /// <returns>These options, for the next hook.</returns>
    public FailureOptions OnCaptured(Func<CapturedFailure, CancellationToken, ValueTask> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.Add(hook);
        return this;
    }
}
