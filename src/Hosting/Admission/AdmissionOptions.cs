using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Admission;

/// <summary>Which requests are refused under overload (<c>CrashShield:Admission</c>).</summary>
public sealed class AdmissionOptions : ISettings
{
    /// <summary>Whether requests are refused at all. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// How long work may wait for a thread of the pool in a severe overload, because the process uses up its processors or more threads do not help: so many requests are refused that it waits no
    /// longer. In a mild one, in which less than three of ten requests have to be refused, it is up to 0.4 seconds. 1 ms to 10 seconds; default: 20 ms.
    /// </summary>
    [InRange("00:00:00.001", "00:00:10")]
    public TimeSpan TargetDelay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The same while other processes use the processors or the process warms up, which is not the requests' fault: about as long as clients wait anyway. At least <see cref="TargetDelay"/> holds.
    /// 1 ms to 10 seconds; default: 1 second.
    /// </summary>
    [InRange("00:00:00.001", "00:00:10")]
    public TimeSpan CrowdedDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests may wait for a thread when the process first comes under load. 1 to 100,000; default: 20.</summary>
    [InRange(1, 100_000)]
    public int InitialLimit { get; set; } = 20;

    /// <summary>The lowest that the limit on waiting requests goes. 1 to 100,000; default: 1.</summary>
    [InRange(1, 100_000)]
    public int MinLimit { get; set; } = 1;

    /// <summary>
    /// The highest that the limit on waiting requests goes under load. Requests that wait for something else than a thread are no load. 1 to 100,000; default: 200.
    /// </summary>
    [InRange(1, 100_000)]
    public int MaxLimit { get; set; } = 200;

    /// <summary>The longest time in <c>Retry-After</c>, which is chosen at random from 1 second on. 1 second to 1 hour; default: 5 seconds.</summary>
    [InRange("00:00:01", "01:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How the names of the cookies begin that tell an established session; names given in the configuration are added to the default, those of ASP.NET Core's session,
    /// cookie authentication and identity.
    /// </summary>
    public ISet<string> SessionCookies { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        ".AspNetCore.Session", ".AspNetCore.Cookies", ".AspNetCore.Identity",
    };

    /// <summary>
    /// The headers that tell an established session, beside <c>Authorization</c>: callers with a key have no cookie. Names given in the configuration are added to the default, those of common gateways.
    /// </summary>
    public ISet<string> SessionHeaders { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "X-Api-Key", "Api-Key", "ApiKey", "X-Auth-Token", "X-Access-Token", "X-Session-Id", "X-Session-Token", "Ocp-Apim-Subscription-Key", "X-Functions-Key",
    };

    /// <summary>
    /// The parameters of a query that tell an established session: what a browser opens as a WebSocket, an event stream or a link cannot send headers. Names given in the configuration are added to the
    /// default.
    /// </summary>
    public ISet<string> SessionParameters { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "access_token", "token", "auth_token", "api_key", "apikey", "api-key", "key", "sig", "signature", "code", "session", "sessionid", "session_id",
    };

    /// <summary>
    /// Paths whose requests are never refused, however many there are, such as those of health checks that the application serves by a middleware of its own: <c>/ops/alive</c>. Each begins with <c>/</c>;
    /// one at the end makes no difference. Those that a prober's name, a path's usual name or an earlier answer tells are found without, up to a number a second. Default: none.
    /// </summary>
    [Paths]
    public ISet<string> ProbePaths { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}
