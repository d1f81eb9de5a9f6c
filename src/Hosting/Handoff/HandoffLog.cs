using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>Event ids 2200 to 2299.</summary>
internal static partial class HandoffLog
{
    [LoggerMessage(2200, LogLevel.Information, "A hot restart begins ({By}).", EventName = "RestartBegins")]
    public static partial void Begins(ILogger logger, string by);

    [LoggerMessage(2201, LogLevel.Warning, "No hot restart ({By}): {Reason}", EventName = "RestartRefused")]
    public static partial void Refused(ILogger logger, string by, string reason);

    [LoggerMessage(2202, LogLevel.Error, "The hot restart failed and this process goes on: {Reason}", EventName = "RestartFailed")]
    public static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(2203, LogLevel.Information, "Process {Pid}, generation {Generation}, version {Version}, has taken over. This one ends.", EventName = "HandedOver")]
    public static partial void HandedOver(ILogger logger, int? pid, int? generation, string? version);

    [LoggerMessage(2204, LogLevel.Information, "Ready in {Ms:F0} ms, after {WarmUps} requests to itself. Generation {Generation}.", EventName = "WorkerReady")]
    public static partial void Ready(ILogger logger, double ms, int warmUps, int generation);

    [LoggerMessage(2205, LogLevel.Information, "Accepts connections.", EventName = "GateOpened")]
    public static partial void Opened(ILogger logger);

    [LoggerMessage(2206, LogLevel.Information, "Another worker takes over; {Connections} connections are finished here.", EventName = "GatePaused")]
    public static partial void Paused(ILogger logger, int connections);

    [LoggerMessage(2207, LogLevel.Warning, "The other worker did not do well. This one accepts again.", EventName = "GateReopened")]
    public static partial void Resumed(ILogger logger);

    [LoggerMessage(2208, LogLevel.Error, "The process that leads this one is gone. It finishes its requests and ends.", EventName = "LeadGone")]
    public static partial void LeadGone(ILogger logger);

    [LoggerMessage(2209, LogLevel.Warning, "The lead refuses: {Reason}", EventName = "LeadRefuses")]
    public static partial void LeadRefuses(ILogger logger, string? reason);

    [LoggerMessage(2210, LogLevel.Warning, "The state {Name} is not passed on: {Reason}", EventName = "StateNotSaved")]
    public static partial void StateNotSaved(ILogger logger, Exception? exception, string name, string reason);

    [LoggerMessage(2211, LogLevel.Information, "The state {Name} of the worker before is known to nobody here.", EventName = "StateUnknown")]
    public static partial void StateUnknown(ILogger logger, string name);

    [LoggerMessage(2212, LogLevel.Warning, "HTTP/3 on {EndPoint} is not handed over: its clients fall back to the other protocols when this process ends.", EventName = "Http3NotHandedOver")]
    public static partial void Http3NotHandedOver(ILogger logger, string endPoint);

    [LoggerMessage(2213, LogLevel.Warning, "The worker before did not end well: {LastDeath}", EventName = "LastDeath")]
    public static partial void LastDeath(ILogger logger, string lastDeath);

    [LoggerMessage(2214, LogLevel.Warning, "The warm-up ended early: {Reason}", EventName = "WarmUpFailed")]
    public static partial void WarmUpFailed(ILogger logger, string reason);

    [LoggerMessage(2215, LogLevel.Critical, "This worker does not take over: {Reason}", EventName = "WorkerNotReady")]
    public static partial void NotReady(ILogger logger, string reason);

    [LoggerMessage(2216, LogLevel.Error, "The channel to the lead failed: {ErrorType}.", EventName = "ChannelFailed")]
    public static partial void ChannelFailed(ILogger logger, Exception? exception, string? errorType);

    [LoggerMessage(2217, LogLevel.Error, "No connection can be accepted on {EndPoint}: {Error}. It goes on trying.", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string endPoint, SocketError error);

    [LoggerMessage(2218, LogLevel.Warning, "The worker before is gone without a word. This one takes its place.", EventName = "GoesOnAlone")]
    public static partial void GoesOnAlone(ILogger logger);

    [LoggerMessage(2219, LogLevel.Warning, "The warm-up's GET {Path} was answered with {Status}: CrashShield:Handoff:WarmUpPaths is to name what can be asked for.", EventName = "WarmUpAnswer")]
    public static partial void WarmUpAnswer(ILogger logger, string path, int status);

    [LoggerMessage(2220, LogLevel.Warning, "No other worker serves, so this one does, although it is not well: {Reason}", EventName = "ServesUnwell")]
    public static partial void ServesUnwell(ILogger logger, string reason);

    [LoggerMessage(2221, LogLevel.Error, "This worker has taken over and is not well, which it tells its lead: {Reason}", EventName = "UnwellAfterTakeover")]
    public static partial void UnwellAfterTakeover(ILogger logger, string reason);

    [LoggerMessage(2222, LogLevel.Critical, "The circuit has failed, so this worker drains and exits with status {Status}: {Reason}", EventName = "WorkerFailed")]
    public static partial void WorkerFailed(ILogger logger, string? reason, int status);

    [LoggerMessage(2223, LogLevel.Information, "The server listens on no socket that a hot restart could hand over: its transport is not Kestrel's own, or its endpoints were given as descriptors.", EventName = "OtherTransport")]
    public static partial void OtherTransport(ILogger logger);
}
