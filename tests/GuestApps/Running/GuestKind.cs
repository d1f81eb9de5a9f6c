namespace CrashShield.GuestApps.Running;

/// <summary>What an application is made with. The tests ask for so many of each.</summary>
internal enum GuestKind
{
    Api,
    Pages,
    Realtime,
    Proxy,
    Worker,
}
