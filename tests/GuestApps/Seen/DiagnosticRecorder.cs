using System.Diagnostics;

namespace CrashShield.GuestApps.Seen;

/// <summary>A subscriber of the framework's diagnostic events, as agents of monitoring products are.</summary>
internal sealed class DiagnosticRecorder : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];

    public DiagnosticRecorder() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.AspNetCore")
            _subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        var exception = value.Value?.GetType().GetProperty("exception")?.GetValue(value.Value);
        SeenLog.Add(SeenKind.Diagnostic, exception is null ? value.Key : $"{value.Key} {exception.GetType().FullName}");
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
