namespace CrashShield.Init.Workers;

/// <summary>Why something cannot be begun now; null when it can.</summary>
internal static class Readiness
{
    public static string? WhyNoRestart(Lead lead) => lead switch
    {
        { IsStopping: true } => "the init is stopping",
        { Swap: { } swap } => $"a hot restart is running already: generation {swap.New.Generation}, step {swap.Step.ToString().ToLowerInvariant()}",
        { ColdRestart.IsRunning: true } => "a cold restart is running",
        { Serving: null } => "no worker is up; one is about to be started",
        { Serving: { HasSaidHello: false } serving } => $"{serving} has said no hello: it does not speak the hand-over protocol; {ColdRestart.Hint}",
        { Serving: { Startup.Step: not StartupStep.Serving } serving } => $"{serving} is still starting",
        { Serving: { IsStopping: true } serving } => $"{serving} is stopping",
        _ => null,
    };

    /// <summary>Whatever serves can be stopped, and what has died is replaced at once.</summary>
    public static string? WhyNoColdRestart(Lead lead) => lead switch
    {
        { IsStopping: true } => "the init is stopping",
        { ColdRestart.IsRunning: true } => "a cold restart is running already",
        { Swap: { } swap } => $"a hot restart is running: generation {swap.New.Generation}, step {swap.Step.ToString().ToLowerInvariant()}",
        _ => null,
    };

    /// <summary>Another image of the init takes over what is at rest alone.</summary>
    public static string? WhyNoUpgrade(Lead lead) => lead switch
    {
        { IsStopping: true } => "the init is stopping",
        { Swap: not null } => "a hot restart is running",
        { ColdRestart.IsRunning: true } => "a cold restart is running",
        { Serving: null } or { Serving.Startup: { IsPlain: false, Step: not StartupStep.Serving } } => "the worker is still starting",
        { Serving: { IsStopping: true } serving } => $"{serving} is stopping",
        { Spare: { Startup.Step: not StartupStep.Ready } } => "the spare is still starting",
        _ when lead.Retiring.Any() => "an old worker is still finishing",
        _ => null,
    };
}
