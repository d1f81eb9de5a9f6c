namespace CrashShield.Handoff.Protocol;

/// <summary>What a worker finds in its environment.</summary>
internal static class WorkerVariables
{
    /// <summary>The number of its end of the control channel.</summary>
    public const string ControlDescriptor = "CRASHSHIELD_CONTROL_FD";

    /// <summary>1 for the first worker, one more for each that is started.</summary>
    public const string Generation = "CRASHSHIELD_GENERATION";

    /// <summary>The endpoints whose sockets systemd or the operator has given to the lead, one a line.</summary>
    public const string Listen = "CRASHSHIELD_LISTEN";

    /// <summary>How the one before ended, when it did not end well and this one comes in its place.</summary>
    public const string LastDeath = "CRASHSHIELD_LAST_DEATH";

    /// <summary>The name and version of a lead that hears <c>loaded</c> and passes signals on.</summary>
    public const string LedBy = "CRASHSHIELD_LED_BY";
}
