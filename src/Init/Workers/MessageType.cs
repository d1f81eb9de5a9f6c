namespace CrashShield.Init.Workers;

/// <summary>The types of the hand-over protocol, docs/handoff.md.</summary>
internal static class MessageType
{
    public const string Hello = "hello";
    public const string Listen = "listen";
    public const string Ready = "ready";
    public const string Failed = "failed";
    public const string Verdict = "verdict";
    public const string Opened = "opened";
    public const string Paused = "paused";
    public const string State = "state";
    public const string Restart = "restart";
    public const string Stopping = "stopping";
    public const string Refuse = "refuse";

    public const string Welcome = "welcome";
    public const string Listening = "listening";
    public const string Open = "open";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Offer = "offer";
    public const string Collect = "collect";
    public const string Restarting = "restarting";
    public const string Stop = "stop";
}
