using System.Runtime;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// Repeats a warm-up until the runtime has compiled anew what is called often. It does so with methods that were called 30 times, but begins to count only when nothing has been called for the first time for
/// 100 ms, on a single processor for a second (TC_CallCountingDelayMs, TC_DelaySingleProcMultiplier in the runtime's clrconfignames.h), and prepares for that under a lock that first calls need too, for tens of
/// milliseconds. Without this it would come a second or two after the first client.
/// </summary>
internal sealed class TieredWarmUp(TimeProvider time)
{
    // First with a profile, then by it.
    private const int Rounds = 2;

    // Some code of a process that only waits is new once in a while.
    private const int FewMethods = 10;

    // Longer than the runtime's delay, whose timer may just have begun anew.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(Environment.ProcessorCount == 1 ? 1_300 : 200);

    // An application that compiles all the time never settles.
    private static readonly TimeSpan Longest = 5 * Rounds * Quiet;

    /// <summary>How many methods have been compiled so far, in the whole process.</summary>
    public Func<long> Compiled { get; init; } = static () => JitInfo.GetCompiledMethodCount();

    /// <param name="warmUp">One round of it: how many requests it was.</param>
    /// <param name="enough">Cancelled when there is no more time for it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many requests it has been.</returns>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> warmUp, CancellationToken enough, CancellationToken cancellationToken)
    {
        var asked = 0;
        using var bound = new CancellationTokenSource(Longest, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, enough, cancellationToken);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await SettleAsync(any.Token).ConfigureAwait(false);
                asked += await warmUp(any.Token).ConfigureAwait(false);
            }

            await SettleAsync(any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Warm enough.
        }

        return asked;
    }

    /// <summary>Waits until next to nothing has been compiled for a while.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        long before;
        do
        {
            before = Compiled();
            await Task.Delay(Quiet, time, cancellationToken).ConfigureAwait(false);
        }
        while (Compiled() - before > FewMethods);
    }
}
