namespace CrashShield.Handoff.Protocol;

/// <summary>The types of packets, by who sends them.</summary>
internal static class ControlType
{
    public const string Loaded = "loaded";
    public const string Hello = "hello";
    public const string Listen = "listen";
    public const string Find = "find";
    public const string Bound = "bound";
    public const string Waits = "waits";
    public const string Ready = "ready";
    public const string Failed = "failed";
    public const string Verdict = "verdict";
    public const string Opened = "opened";
    public const string Paused = "paused";
    public const string Rested = "rested";
    public const string Restart = "restart";
    public const string Served = "served";
    public const string Released = "released";

    public const string Welcome = "welcome";
    public const string Listening = "listening";
    public const string Keep = "keep";
    public const string Open = "open";
    public const string Pause = "pause";
    public const string Work = "work";
    public const string Rest = "rest";
    public const string Resume = "resume";
    public const string Offer = "offer";
    public const string Collect = "collect";
    public const string Restarting = "restarting";
    public const string Stop = "stop";
    public const string Hurry = "hurry";
    public const string Alone = "alone";
    public const string Sole = "sole";
    public const string Signal = "signal";
    public const string Figures = "figures";

    /// <summary>Both ways.</summary>
    public const string Stopping = "stopping";

    /// <summary>Both ways.</summary>
    public const string State = "state";

    /// <summary>Both ways.</summary>
    public const string Refuse = "refuse";
}
