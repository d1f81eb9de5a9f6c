namespace CrashShield.Hosting.Handoff;

/// <summary>What <c>recvmsg</c> has left in the buffer.</summary>
internal readonly record struct ReceivedPacket(int Length, int Descriptor, bool IsTruncated);
