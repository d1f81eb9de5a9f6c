namespace CrashShield.Hosting.Supervision;

/// <summary>
/// Whom the failure of one child concerns (the strategies of Erlang/OTP's supervisor). Children that are restarted take the others along
/// in the restart; a <see cref="RestartType.Temporary"/> child never comes back, so what depends on it is cancelled for good.
/// </summary>
public enum SupervisionStrategy
{
    /// <summary>Nobody else: the children do not depend on each other.</summary>
    OneForOne,

    /// <summary>All of them. With temporary children: the first failure wins, everybody else is cancelled.</summary>
    OneForAll,

    /// <summary>Those that were started after it, because a child may depend on the ones before it.</summary>
    RestForOne,
}
