using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Handoff;

/// <summary>Event ids 2200 to 2299. The old worker, the new one and a spare write to one log: each line of theirs says whose it is, in the words of crashshield-init.</summary>
internal static partial class HandoffLog
{
    public static void Begins(ILogger logger, string by) => Begins(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, by);

    [LoggerMessage(2200, LogLevel.Information, "Worker {ProcessId} (generation {Generation}) begins a hot restart ({By}).", EventName = "RestartBegins")]
    private static partial void Begins(ILogger logger, int processId, int generation, string by);

    public static void Refused(ILogger logger, string by, string reason) => Refused(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, by, reason);

    [LoggerMessage(2201, LogLevel.Warning, "Worker {ProcessId} (generation {Generation}) begins no hot restart ({By}): {Reason}", EventName = "RestartRefused")]
    private static partial void Refused(ILogger logger, int processId, int generation, string by, string reason);

    public static void Failed(ILogger logger, string reason) => Failed(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, reason);

    [LoggerMessage(2202, LogLevel.Error, "The hot restart failed and worker {ProcessId} (generation {Generation}) goes on: {Reason}", EventName = "RestartFailed")]
    private static partial void Failed(ILogger logger, int processId, int generation, string reason);

    public static void HandedOver(ILogger logger, int? pid, int? generation, string? version) => HandedOver(logger, pid, generation, version, Environment.ProcessId);

    [LoggerMessage(2203, LogLevel.Information, "Worker {Pid} (generation {Generation}, version {Version}) has taken over. Worker {ProcessId}, which led the hot restart, ends.", EventName = "HandedOver")]
    private static partial void HandedOver(ILogger logger, int? pid, int? generation, string? version, int processId);

    public static void Ready(ILogger logger, double ms, int warmUps, int generation) => Ready(logger, Environment.ProcessId, generation, ms, warmUps);

    [LoggerMessage(2204, LogLevel.Information, "Worker {ProcessId} (generation {Generation}) is ready in {Ms:F0} ms. Requests to itself: {WarmUps}.", EventName = "WorkerReady")]
    private static partial void Ready(ILogger logger, int processId, int generation, double ms, int warmUps);

    public static void Opened(ILogger logger) => Opened(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration);

    [LoggerMessage(2205, LogLevel.Information, "Worker {ProcessId} (generation {Generation}) serves.", EventName = "GateOpened")]
    private static partial void Opened(ILogger logger, int processId, int generation);

    public static void Paused(ILogger logger, int connections) => Paused(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, connections);

    [LoggerMessage(2206, LogLevel.Information, "Worker {ProcessId} (generation {Generation}) hands over to the next one; it finishes what it has begun. Open connections: {Connections}.", EventName = "GatePaused")]
    private static partial void Paused(ILogger logger, int processId, int generation, int connections);

    public static void Resumed(ILogger logger) => Resumed(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration);

    [LoggerMessage(2207, LogLevel.Warning, "Hot restart rolled back: the new worker failed. Worker {ProcessId} (generation {Generation}) serves again.", EventName = "GateReopened")]
    private static partial void Resumed(ILogger logger, int processId, int generation);

    public static void LeadGone(ILogger logger) => LeadGone(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration);

    [LoggerMessage(2208, LogLevel.Error, "The process that leads worker {ProcessId} (generation {Generation}) is gone. The worker finishes what it has begun and ends.", EventName = "LeadGone")]
    private static partial void LeadGone(ILogger logger, int processId, int generation);

    [LoggerMessage(2209, LogLevel.Warning, "The lead refuses: {Reason}", EventName = "LeadRefuses")]
    public static partial void LeadRefuses(ILogger logger, string? reason);

    [LoggerMessage(2210, LogLevel.Warning, "The state {Name} is not passed on: {Reason}", EventName = "StateNotSaved")]
    public static partial void StateNotSaved(ILogger logger, Exception? exception, string name, string reason);

    [LoggerMessage(2211, LogLevel.Information, "The state {Name} of the worker before is known to nobody here.", EventName = "StateUnknown")]
    public static partial void StateUnknown(ILogger logger, string name);

    [LoggerMessage(2212, LogLevel.Warning, "HTTP/3 on {EndPoint} is not handed over: its clients fall back to the other protocols when this process ends.", EventName = "Http3NotHandedOver")]
    public static partial void Http3NotHandedOver(ILogger logger, string endPoint);

    public static void LastDeath(ILogger logger, string lastDeath) => LastDeath(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, lastDeath);

    [LoggerMessage(2213, LogLevel.Warning, "The worker before worker {ProcessId} (generation {Generation}) did not end well: {LastDeath}", EventName = "LastDeath")]
    private static partial void LastDeath(ILogger logger, int processId, int generation, string lastDeath);

    [LoggerMessage(2214, LogLevel.Warning, "The warm-up ended early: {Reason}", EventName = "WarmUpFailed")]
    public static partial void WarmUpFailed(ILogger logger, string reason);

    public static void NotReady(ILogger logger, string reason) => NotReady(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, reason);

    [LoggerMessage(2215, LogLevel.Critical, "Worker {ProcessId} (generation {Generation}) does not take over: {Reason}", EventName = "WorkerNotReady")]
    private static partial void NotReady(ILogger logger, int processId, int generation, string reason);

    [LoggerMessage(2216, LogLevel.Error, "The channel to the lead failed: {ErrorType}.", EventName = "ChannelFailed")]
    public static partial void ChannelFailed(ILogger logger, Exception? exception, string? errorType);

    [LoggerMessage(2217, LogLevel.Error, "No connection can be accepted on {EndPoint}: {Error}. It goes on trying.", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string endPoint, SocketError error);

    public static void GoesOnAlone(ILogger logger) => GoesOnAlone(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration);

    [LoggerMessage(2218, LogLevel.Warning, "The worker before is gone without a word. Worker {ProcessId} (generation {Generation}) takes its place.", EventName = "GoesOnAlone")]
    private static partial void GoesOnAlone(ILogger logger, int processId, int generation);

    [LoggerMessage(2219, LogLevel.Warning, "The warm-up's GET {Path} was answered with {Status}: CrashShield:Handoff:WarmUpPaths is to name what can be asked for.", EventName = "WarmUpAnswer")]
    public static partial void WarmUpAnswer(ILogger logger, string path, int status);

    public static void ServesUnwell(ILogger logger, string reason) => ServesUnwell(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, reason);

    [LoggerMessage(2220, LogLevel.Warning, "No other worker serves, so worker {ProcessId} (generation {Generation}) does, although it is not well: {Reason}", EventName = "ServesUnwell")]
    private static partial void ServesUnwell(ILogger logger, int processId, int generation, string reason);

    public static void UnwellAfterTakeover(ILogger logger, string reason) => UnwellAfterTakeover(logger, Environment.ProcessId, WorkerBuild.CurrentGeneration, reason);

    [LoggerMessage(2221, LogLevel.Error, "Worker {ProcessId} (generation {Generation}) has taken over and is not well, which it tells its lead: {Reason}", EventName = "UnwellAfterTakeover")]
    private static partial void UnwellAfterTakeover(ILogger logger, int processId, int generation, string reason);

    [LoggerMessage(2223, LogLevel.Information, "The server listens on no socket that a hot restart could hand over: its transport is not Kestrel's own, or its endpoints were given as descriptors.", EventName = "OtherTransport")]
    public static partial void OtherTransport(ILogger logger);
}
