namespace CrashShield.GuestApps.Plays;

/// <summary>How a request is played.</summary>
internal enum PlayKind
{
    /// <summary>Sent whole, and its response read to the end.</summary>
    Request,

    /// <summary>Sent, and given up once the application has it.</summary>
    Abort,

    /// <summary>The response is read line by line, and given up after some.</summary>
    Stream,

    /// <summary>Messages to and fro on a WebSocket.</summary>
    Socket,

    /// <summary>Bytes as they are on a connection of their own, HTTP/1.1 alone.</summary>
    Raw,
}
