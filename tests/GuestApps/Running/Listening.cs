namespace CrashShield.GuestApps.Running;

/// <summary>
/// What is listened to beside the log. Each changes what the framework does (a listener is what makes a span), so an application
/// has only what it is about.
/// </summary>
[Flags]
internal enum Listening
{
    None = 0,
    Meters = 1,
    Spans = 2,
    Diagnostics = 4,
}
