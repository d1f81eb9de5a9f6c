using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace CrashShield.InitProbe;

/// <summary>The worker's end of the control channel, by docs/handoff.md and by no code of the init.</summary>
internal sealed unsafe class Channel
{
    private readonly int _descriptor;
    private readonly byte[] _buffer = new byte[32 * 1024];

    public Channel(int descriptor)
    {
        _descriptor = descriptor;
        _ = NativeMethods.Control(descriptor, NativeMethods.SetDescriptorFlags, NativeMethods.CloseOnExec);
    }

    public void Send(string type, params (string Name, JsonNode? Value)[] properties)
    {
        var message = new JsonObject { ["type"] = type };
        foreach (var (name, value) in properties)
            message[name] = value;
        SendRaw(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()));
    }

    public void SendRaw(byte[] packet)
    {
        const int NoSignal = 0x4000;
        _ = NativeMethods.Send(_descriptor, packet, (nuint)packet.Length, NoSignal);
    }

    /// <returns>The next message and the descriptor on it or -1; null at the end of the stream.</returns>
    public (JsonObject Message, int Descriptor)? Receive()
    {
        var control = stackalloc byte[64];
        fixed (byte* buffer = _buffer)
        {
            var vector = new NativeMethods.IoVector { Base = buffer, Length = (nuint)_buffer.Length };
            var header = new NativeMethods.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64 };
            nint length;
            while ((length = NativeMethods.ReceiveMessage(_descriptor, &header, NativeMethods.ReceiveCloseOnExec)) < 0)
            {
                const int Interrupted = 4;
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    return null;
            }

            if (length == 0)
                return null;
            var message = JsonNode.Parse(_buffer.AsSpan(0, (int)length))!.AsObject();
            // struct cmsghdr: 8 bytes of length, level, type; then the descriptor.
            return (message, header.ControlLength >= 20 ? *(int*)(control + 16) : -1);
        }
    }
}
