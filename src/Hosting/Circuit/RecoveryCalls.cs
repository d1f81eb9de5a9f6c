namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Marks what decides on recovery, a health check or a reading of a pressure source, with all that it calls. What the circuit has refused meanwhile lets it pass: refused, it would be the reason for which
/// the circuit stays as it is.
/// </summary>
internal static class RecoveryCalls
{
    private static readonly AsyncLocal<bool> Current = new();

    /// <summary>Whether the caller is one of them.</summary>
    public static bool IsOne => Current.Value;

    /// <summary>Marks the rest of the asynchronous method that calls it.</summary>
    public static void Begin() => Current.Value = true;

    /// <summary>The context of the caller, with the mark: for what runs in it again and again, as it allocates to set the mark.</summary>
    public static ExecutionContext Mark()
    {
        Begin();
        try
        {
            // Not null: no thread of CrashShield suppresses its flow.
            return ExecutionContext.Capture()!;
        }
        finally
        {
            Current.Value = false;
        }
    }
}
