namespace CrashShield.Drills.Restart;

internal enum RestartEndpoint
{
    Http,
    Http2,
    Tls,
}
