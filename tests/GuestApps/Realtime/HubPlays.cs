using CrashShield.GuestApps.Plays;

namespace CrashShield.GuestApps.Realtime;

/// <summary>What a client of a hub sends: JSON messages, each with the record separator at its end.</summary>
internal static class HubPlays
{
    private const string Separator = "\u001e";

    /// <summary>A connection that negotiates nothing, with the handshake and then one message each.</summary>
    /// <param name="path">Where the hub is.</param>
    /// <param name="lines">How many messages come back, the handshake's answer among them.</param>
    /// <param name="invocations">What is called: the name and its arguments as JSON.</param>
    public static Play Socket(string path, int lines, params (string Target, string Arguments)[] invocations) =>
        Play.Socket(path, lines, [Handshake, .. invocations.Select((call, index) => Invocation(index, call.Target, call.Arguments))]);

    public static string Handshake => """{"protocol":"json","version":1}""" + Separator;

    public static string Invocation(int id, string target, string arguments) =>
        $$"""{"type":1,"invocationId":"{{id}}","target":"{{target}}","arguments":[{{arguments}}]}""" + Separator;
}
