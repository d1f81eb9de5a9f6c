using System.Collections.Concurrent;
using Grpc.Core;
using Services.Calls;

namespace CrashShield.Drills.Services;

/// <summary>What calls were asked to end with, and what they ended with.</summary>
internal sealed class CallTally
{
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();

    private readonly ConcurrentDictionary<(string Method, Outcome Outcome, StatusCode Status), int> _counts = new();

    public int Total => _counts.Values.Sum();

    /// <summary>Makes as many calls, a number of them at once, each kind and each end in turn.</summary>
    public static async Task<CallTally> OfAsync(Uri server, int calls, CancellationToken cancellationToken)
    {
        var tally = new CallTally();
        using var client = new CallClient(server);
        await Parallel.ForAsync(0, calls, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken }, async (number, _) =>
        {
            var (method, outcome) = (CallClient.Methods[number % CallClient.Methods.Length], Outcomes[number / CallClient.Methods.Length % Outcomes.Length]);
            tally.Add(method, outcome, await client.CallAsync(method, outcome));
        });
        return tally;
    }

    public void Add(string method, Outcome outcome, StatusCode status) => _counts.AddOrUpdate((method, outcome, status), 1, static (_, count) => count + 1);

    /// <summary>How many calls of a method were asked to end so.</summary>
    public int Asked(string method, Outcome outcome) => _counts.Where(count => (count.Key.Method, count.Key.Outcome) == (method, outcome)).Sum(count => count.Value);

    /// <summary>How many ended with another status than one that goes by how they were asked to end.</summary>
    public int Others(Func<Outcome, StatusCode> expected) => _counts.Where(count => count.Key.Status != expected(count.Key.Outcome)).Sum(count => count.Value);

    public override string ToString() => string.Join(
        ", ", _counts.GroupBy(count => (count.Key.Outcome, count.Key.Status)).OrderBy(group => group.Key).Select(group => $"{group.Key.Outcome} {group.Key.Status} {group.Sum(count => count.Value)}"));
}
