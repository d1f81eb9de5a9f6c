using System.Buffers.Binary;
using System.Text;

namespace CrashShield.Hosting.ThreadPools.Blocking;

/// <summary>The messages of the runtime's diagnostics port (design-docs/ipc-protocol.md in dotnet/diagnostics): magic, size, command, then the fields.</summary>
internal static class DiagnosticsMessage
{
    public const int HeaderSize = 20;

    private const byte EventPipe = 2;
    private const byte StopTracing = 1;
    private const byte CollectTracing4 = 5;
    private const byte Server = 0xFF;
    private const byte Ok = 0;

    private const int SizeOffset = 14;
    private const int CommandSetOffset = 16;
    private const int CommandOffset = 17;

    private const uint BufferMegabytes = 32;
    private const uint NettraceFormat = 1;
    private const uint Informational = 4;

    // JIT-compiled and precompiled methods, and nothing else, are reported when the session ends.
    private const ulong JitAndNGen = 0x10 | 0x20;

    private static ReadOnlySpan<byte> Magic => "DOTNET_IPC_V1\0"u8;

    public static byte[] Collect()
    {
        using var fields = new MemoryStream();
        using var writer = new BinaryWriter(fields);
        writer.Write(BufferMegabytes);
        writer.Write(NettraceFormat);
        writer.Write(JitAndNGen);
        writer.Write(false); // no stacks but those of the samples
        writer.Write(1u);
        writer.Write(0ul); // keywords
        writer.Write(Informational);
        WriteText(writer, "Microsoft-DotNETCore-SampleProfiler");
        WriteText(writer, "");
        return Of(CollectTracing4, fields.ToArray());
    }

    public static byte[] Stop(ulong session) => Of(StopTracing, BitConverter.GetBytes(session));

    /// <summary>How many bytes of fields follow the header of a response.</summary>
    /// <returns>The size, and whether the command succeeded.</returns>
    public static (int FieldsSize, bool IsOk) Response(ReadOnlySpan<byte> header)
    {
        var size = BinaryPrimitives.ReadUInt16LittleEndian(header[SizeOffset..]);
        if (!header.StartsWith(Magic) || size < HeaderSize || header[CommandSetOffset] != Server)
            throw new InvalidDataException("the diagnostics port did not respond in its protocol");
        return (size - HeaderSize, header[CommandOffset] == Ok);
    }

    private static byte[] Of(byte command, byte[] fields)
    {
        var message = new byte[HeaderSize + fields.Length];
        Magic.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(SizeOffset), (ushort)message.Length);
        message[CommandSetOffset] = EventPipe;
        message[CommandOffset] = command;
        fields.CopyTo(message, HeaderSize);
        return message;
    }

    // The length counts the zero; an empty text is a length of zero.
    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write(text.Length == 0 ? 0 : text.Length + 1);
        if (text.Length > 0)
            writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }
}
