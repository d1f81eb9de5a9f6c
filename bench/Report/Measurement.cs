namespace CrashShield.Report;

/// <summary>One benchmark's figures for one operation.</summary>
internal sealed record Measurement(string Type, string Method, string Parameters, double Nanoseconds, long Bytes);
