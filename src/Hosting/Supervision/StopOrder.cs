namespace CrashShield.Hosting.Supervision;

internal enum StopOrder
{
    /// <summary>The child started last is stopped first; the one before it is cancelled when it has ended or its bound is over.</summary>
    Reverse,

    /// <summary>All are cancelled at once and share one bound.</summary>
    AtOnce,
}
