using System.Text.RegularExpressions;

namespace CrashShield.Integration.Tests.Containers.Kernel;

/// <summary>What scenarios in a kernel of their own have printed.</summary>
internal sealed partial class KernelRun(IReadOnlyList<string> output)
{
    private readonly Dictionary<string, string> _results = output.Select(line => Result.Match(line)).Where(match => match.Success)
        .GroupBy(match => match.Groups["key"].Value).ToDictionary(values => values.Key, values => values.Last().Groups["value"].Value.Trim());

    [GeneratedRegex("^RESULT (?<key>[^ ]+ [^ ]+) (?<value>.*)$")]
    private static partial Regex Result { get; }

    /// <summary>The kernel that it was, in one line.</summary>
    public string Kernel => output.FirstOrDefault(line => line.StartsWith("KERNEL ", StringComparison.Ordinal)) ?? "";

    /// <summary>Tells the reader of the test which kernel it ran on, and what happened in it.</summary>
    public void Tell(string scenario)
    {
        var log = TestContext.Current.TestOutputHelper;
        log?.WriteLine(Kernel);
        foreach (var line in output.Where(line => line.StartsWith($"RESULT {scenario} ", StringComparison.Ordinal) || line.StartsWith($"[{scenario}] ", StringComparison.Ordinal)))
            log?.WriteLine(line);
        Assert.False(Kernel.Length == 0, $"The kernel has not started: {string.Join('\n', output.TakeLast(30))}");
    }

    public string this[string scenario, string key] =>
        _results.GetValueOrDefault($"{scenario} {key}") ?? throw new KeyNotFoundException($"There is no '{scenario} {key}' in: {string.Join('\n', output.TakeLast(60))}");

    public double Seconds(string scenario, string key) => int.Parse(this[scenario, key]) / 1000.0;
}
