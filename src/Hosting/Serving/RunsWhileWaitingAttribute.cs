using CrashShield.Hosting.Handoff;

namespace CrashShield.Hosting.Serving;

/// <summary>
/// Marks a hosted service that is to run in a process which does not serve, too: a spare, and a new build until it takes over. For one that prepares this process, as by filling a cache or migrating a
/// database; all others wait, so that no two processes do their work at once. The configuration may name such services as well (<see cref="HandoffOptions.RunsWhileWaiting"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RunsWhileWaitingAttribute : Attribute;
