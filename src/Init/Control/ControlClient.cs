using System.Text;
using System.Text.Json;
using CrashShield.Init.Listeners;
using CrashShield.Init.Options;
using CrashShield.Init.Processes;

namespace CrashShield.Init.Control;

/// <summary>The sub-commands: asks a running init and prints what it answers.</summary>
internal static class ControlClient
{
    /// <returns>The exit code: 0 only when it was done.</returns>
    public static int Run(ClientCommand command)
    {
        var descriptor = SocketCalls.Open(SocketAddress.Unix, SocketCalls.Stream | SocketCalls.CloseOnExec, 0);
        var address = SocketAddress.OfPath(command.ControlPath);
        if (descriptor < 0 || SocketCalls.Connect(descriptor, address, (uint)address.Length) != 0)
            throw new InitException(ExitCodes.Unavailable, WhyUnavailable(command.ControlPath, Errno.Last));

        var request = Encoding.UTF8.GetBytes($"{{\"protocol\":{ControlRequest.Protocol},\"command\":\"{command.Name}\"}}\n");
        SocketCalls.Send(descriptor, request, (nuint)request.Length, SocketCalls.NoSignal);

        var reader = new LineReader(descriptor);
        while (reader.Next() is { } line)
        {
            if (Print(command, line) is { } exitCode)
                return exitCode;
        }

        throw new InitException(ExitCodes.Protocol, "the init has closed the connection without an answer");
    }

    private static string WhyUnavailable(string path, int errno) => errno == Errno.NoPermission
        ? $"this user may not talk to the init on {path}: {Errno.Text(errno)}"
        : $"no init listens on {path}: {Errno.Text(errno)}";

    /// <returns>Null while more is to come.</returns>
    private static int? Print(ClientCommand command, byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.TryGetProperty("progress", out var progress))
            {
                Output.Print(progress.GetString()!);
                return null;
            }

            if (!json.GetProperty("ok").GetBoolean())
                throw new InitException(ExitCodes.TemporaryFailure, $"{command.Name.Replace('-', ' ')} failed: {json.GetProperty("error").GetString()}");
            Output.Print(json.TryGetProperty("message", out var message) ? message.GetString()! : command.AsJson ? Encoding.UTF8.GetString(line) : StatusText.Of(json));
            return 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InitException(ExitCodes.Protocol, "the answer of the init cannot be read");
        }
    }

    private sealed class LineReader(int descriptor)
    {
        private readonly List<byte> _unread = [];

        public byte[]? Next()
        {
            Span<byte> buffer = stackalloc byte[4096];
            int end;
            while ((end = _unread.IndexOf((byte)'\n')) < 0)
            {
                var read = ProcessCalls.Read(descriptor, buffer, (nuint)buffer.Length);
                if (read < 0 && Errno.Last == Errno.Interrupted)
                    continue;
                if (read <= 0)
                    return null;
                _unread.AddRange(buffer[..(int)read]);
            }

            byte[] line = [.. _unread.Take(end)];
            _unread.RemoveRange(0, end + 1);
            return line;
        }
    }
}
