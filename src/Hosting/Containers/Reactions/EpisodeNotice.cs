namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>What is due, for the thread that does it.</summary>
/// <param name="Step">What.</param>
/// <param name="Reason">The trouble in one short word, part of the bundle's name.</param>
/// <param name="Why">The same in one line.</param>
internal sealed record EpisodeNotice(EpisodeStep Step, string Reason, string Why);
