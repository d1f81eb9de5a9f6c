namespace CrashShield.Handoff.Protocol;

/// <summary>What <see cref="PacketSocket.Receive"/> has come back with.</summary>
/// <param name="Length">The real length of the packet, which may be more than the buffer holds; 0 at the end of the stream.</param>
/// <param name="Descriptor">The one that rode on it, the receiver's to close; -1 for none.</param>
/// <param name="Error">errno, or 0.</param>
internal readonly record struct ReceivedPacket(int Length, int Descriptor, int Error);
