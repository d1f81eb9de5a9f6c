namespace CrashShield.Hosting.Supervision;

/// <summary>A verdict with whom it concerns.</summary>
/// <param name="Verdict">What follows from the end of an attempt.</param>
/// <param name="Round">The restart of a <see cref="Verdict.Restart"/> or <see cref="Verdict.Queue"/>.</param>
/// <param name="Later">Whom a <see cref="Verdict.CancelLater"/> cancels, in the order of their start.</param>
internal readonly record struct Decision(Verdict Verdict, RestartRound? Round = null, List<SupervisedChild>? Later = null);
