namespace CrashShield.Hosting.Handoff;

/// <summary>Replaces this process by its new build without losing a request.</summary>
internal interface IHotRestart
{
    /// <summary>Begins one and returns at once; what becomes of it is logged. A second one while one runs is refused and logged.</summary>
    /// <param name="by">Who asked, for the log: <c>SIGUSR2</c>.</param>
    void Begin(string by);
}
