using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Seen;

/// <summary>The listeners that an application is looked at with.</summary>
internal sealed class Recorders : IDisposable
{
    private readonly List<IDisposable> _listeners = [];

    public Recorders(Listening listens)
    {
        if (listens.HasFlag(Listening.Meters))
            _listeners.Add(new MeterRecorder());
        if (listens.HasFlag(Listening.Spans))
            _listeners.Add(new SpanRecorder());
        if (listens.HasFlag(Listening.Diagnostics))
            _listeners.Add(new DiagnosticRecorder());
    }

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());
}
