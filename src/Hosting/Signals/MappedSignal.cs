namespace CrashShield.Hosting.Signals;

/// <summary>A signal that asks for something. A class: collections of the shield's own structures are compiled while the service starts.</summary>
/// <param name="Number">Its number; <see cref="SignalName.None"/> for a setting that names none.</param>
/// <param name="Action">What it asks for.</param>
/// <param name="Written">The setting as it is written.</param>
internal sealed record MappedSignal(int Number, SignalAction Action, string Written);
