namespace CrashShield.GuestApps.Running;

/// <summary>What stands in the place of <c>UseCrashShield()</c>.</summary>
internal enum ShieldVariant
{
    /// <summary>Nothing: the application as it was.</summary>
    None,

    /// <summary><c>AddProblemDetails()</c> and <c>UseExceptionHandler()</c>.</summary>
    Handler,

    /// <summary><c>AddCrashShield()</c> and <c>UseCrashShield()</c>.</summary>
    Shield,
}
