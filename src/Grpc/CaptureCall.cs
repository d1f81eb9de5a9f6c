namespace CrashShield.Grpc;

/// <summary>Captures the failure of a call.</summary>
/// <param name="call">The call.</param>
/// <returns>How the call ends; <see langword="null"/> when the exception is to go on as it is.</returns>
internal delegate ValueTask<CallAnswer?> CaptureCall(FailedCall call);
