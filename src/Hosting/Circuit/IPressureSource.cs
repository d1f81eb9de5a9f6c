namespace CrashShield.Hosting.Circuit;

/// <summary>
/// Something that can tell how close the process is to trouble of one kind. Add one with <c>services.AddPressureSource&lt;T&gt;()</c>. Sources are read on
/// threads of CrashShield's own, and one that hangs or throws is reported as blind and stops nothing else.
/// </summary>
public interface IPressureSource
{
    /// <summary>Its name in <c>/healthz</c>, the log and the tag <c>source</c>: short, lower case, the same for the life of the process.</summary>
    string Name { get; }

    /// <summary>How long to wait between two readings: more than zero and at most a day, or the start fails. Asked once.</summary>
    TimeSpan Interval { get; }

    /// <summary>
    /// Reads the pressure. Called never twice at once, though not always on the same thread, also while the thread pool is starved. While all is well it should allocate nothing.
    /// </summary>
    PressureReading Read();
}
