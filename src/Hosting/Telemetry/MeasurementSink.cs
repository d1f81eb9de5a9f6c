namespace CrashShield.Hosting.Telemetry;

/// <summary>Takes a measurement beside the listeners of its meter. Must not throw.</summary>
internal delegate void MeasurementSink(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);
