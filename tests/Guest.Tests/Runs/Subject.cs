using CrashShield.GuestApps.Running;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>An application in one of the ways that it is run.</summary>
internal sealed record Subject(GuestApps.Running.Guest Guest, ShieldVariant Variant, string Environment);
