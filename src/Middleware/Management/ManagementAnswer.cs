namespace CrashShield.Middleware.Management;

/// <summary>A whole answer: a status code, a body of some type, and what to call once it was sent or could not be.</summary>
internal readonly record struct ManagementAnswer(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body, Action? WhenSent = null);
