namespace CrashShield.Middleware.Management;

/// <summary>A whole answer: a status code, and a body of some type.</summary>
internal readonly record struct ManagementAnswer(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body);
