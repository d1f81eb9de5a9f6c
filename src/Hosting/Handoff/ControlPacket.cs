using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>What came over the channel: a message, and the descriptor that rode on it, or -1.</summary>
internal readonly record struct ControlPacket(Message Message, int Descriptor);
