using System.Globalization;

namespace CrashShield.Hosting.Supervision;

/// <summary>What a scope does when a child ends. Immutable; a value out of range is refused where it is set.</summary>
public sealed record SupervisionPolicy
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    /// <summary>
    /// The first failure wins: the others are cancelled and the owner is told. This is what a scope does that was opened without a policy,
    /// but for the numbers, which then come from the configuration.
    /// </summary>
    public static SupervisionPolicy FirstFailureWins { get; } = new();

    /// <summary>The children do not depend on each other: a failure cancels nobody.</summary>
    public static SupervisionPolicy Independent { get; } = new() { Strategy = SupervisionStrategy.OneForOne };

    /// <summary>
    /// What a supervised service does that was added without a policy, but for the numbers, which then come from the configuration: 5 restarts within 1 minute after a bug. To start from
    /// for a policy of your own: <c>SupervisionPolicy.Service with { PausesWhenDegraded = true }</c>.
    /// </summary>
    public static SupervisionPolicy Service { get; } = new() { Strategy = SupervisionStrategy.OneForOne, MaxRestarts = 5, Within = TimeSpan.FromMinutes(1) };

    /// <summary>Whom the failure of one child concerns. Default: <see cref="SupervisionStrategy.OneForAll"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public SupervisionStrategy Strategy { get; init => field = Defined(value, nameof(Strategy)); } = SupervisionStrategy.OneForAll;

    /// <summary>
    /// When a child is started again, unless it was started with a type of its own. Default: <see langword="null"/>, which is
    /// <see cref="RestartType.Temporary"/> for a task and <see cref="RestartType.Transient"/> for a supervised service.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public RestartType? Restart { get; init => field = value is { } type ? Defined(type, nameof(Restart)) : null; }

    /// <summary>
    /// Whether a supervised service is not core: it is stopped while the health circuit is not closed, and a new instance is started when it is again. That is neither a failure
    /// nor a restart. Of no effect for the children of a scope. Default: false.
    /// </summary>
    public bool PausesWhenDegraded { get; init; }

    /// <summary>
    /// Whether a supervised service runs in a process that does not serve, too: in a spare, and in a new build until it takes over (<see cref="Serving.IServingState"/>). Of no effect
    /// for the children of a scope. Default: false, so that no two processes do its work at once.
    /// </summary>
    public bool RunsWhileWaiting { get; init; }

    /// <summary>
    /// How many restarts the scope makes within <see cref="Within"/>; one more and it gives up, stops its children and escalates. Of a supervised service only restarts after a bug count:
    /// a failure within 5 seconds, of a service that has not worked for as long in this process, and that <see cref="IsBug"/> does not take for one of a dependency.
    /// 0 to 1,000; default: 1 (Erlang/OTP's restart intensity).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxRestarts { get; init => field = InRange(value, 0, 1_000, nameof(MaxRestarts)); } = 1;

    /// <summary>The sliding window that <see cref="MaxRestarts"/> counts in. 1 ms to 1 day; default: 5 seconds (as Erlang/OTP's).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan Within
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(1), OneDay, nameof(Within));
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest wait before the first restart in the window, or before the one after a service's first failure since its last health; it doubles with each further one, up to
    /// <see cref="BackoffMax"/>. The wait is random between nothing and that ("full jitter": M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015).
    /// 0 (no wait; for a service only before its first restart, then it counts as 1 ms) to 1 hour; default: 100 ms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan BackoffBase
    {
        get;
        init => field = InRange(value, TimeSpan.Zero, OneHour, nameof(BackoffBase));
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before any restart. 0 to 1 hour; default: 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan BackoffMax
    {
        get;
        init => field = InRange(value, TimeSpan.Zero, OneHour, nameof(BackoffMax));
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an attempt of a supervised service has to live for the service to be well again: its backoff then begins anew. Of no effect for the children of a scope.
    /// 1 ms to 1 day; default: <see langword="null"/>, which is <see cref="SupervisionOptions.HealthyAfter"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan? HealthyAfter
    {
        get;
        init => field = value is { } time ? InRange(time, TimeSpan.FromMilliseconds(1), OneDay, nameof(HealthyAfter)) : null;
    }

    /// <summary>
    /// Whether a failure of a supervised service is a bug, or one of a dependency, which never counts against <see cref="MaxRestarts"/>. <see langword="null"/> as its result leaves that to
    /// supervision: a dependency has failed when the exception, or one that it was caused by, is a <c>SocketException</c>, an <c>IOException</c> (but for a file or a path that does not exist), a
    /// <c>TimeoutException</c>, an <c>HttpRequestException</c>, a <c>WebSocketException</c>, a <c>DbException</c>, an <c>OperationCanceledException</c>, or one whose property <c>IsTransient</c> is
    /// true. What it throws is logged and counts as <see langword="null"/>. Of no effect for the children of a scope. Default: <see langword="null"/>, which is <see cref="SupervisionOptions.IsBug"/>.
    /// </summary>
    public Func<Exception, bool?>? IsBug { get; init; }

    /// <summary>
    /// How long each child may take to stop once it is cancelled; after that it is reported as stuck and left behind.
    /// 1 ms to 1 hour; default: <see langword="null"/>, which is <see cref="SupervisionOptions.ShutdownTimeout"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan? ShutdownTimeout
    {
        get;
        init => field = value is { } time ? InRange(time, TimeSpan.FromMilliseconds(1), OneHour, nameof(ShutdownTimeout)) : null;
    }

    private static T InRange<T>(T value, T min, T max, string property)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0)
            return value;

        var message = string.Create(CultureInfo.InvariantCulture, $"{property} = '{value}': must be from {min} to {max}.");
        throw new ArgumentOutOfRangeException(property, value, message);
    }

    private static T Defined<T>(T value, string property)
        where T : struct, Enum => Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(property, value, $"{property} = '{value}': must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}
