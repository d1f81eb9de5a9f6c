namespace CrashShield.Guest.Tests.Runs;

internal enum Protocol
{
    Http1,
    Http2,
}
