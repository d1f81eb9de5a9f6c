using System.Globalization;

namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>All that a shutdown may take, each part at its bound, is over before anybody sends SIGKILL.</summary>
internal sealed class ShutdownPolicy : IManifestPolicy
{
    // For crashshield-init to see the worker's end, and to write what it has to write.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(5);

    // Where the command does not name another.
    private static readonly TimeSpan InitDefault = TimeSpan.FromSeconds(75);

    private const string GracePeriod = "CrashShield__Drain__GracePeriod";

    private static readonly string[] Bounds =
    [
        "CrashShield__Drain__Delay",
        "CrashShield__Drain__LameDuck",
        "ASPNETCORE_SHUTDOWNTIMEOUTSECONDS",
        "CrashShield__Cleanup__ChainTimeout",
        // A step that begins just before the chain is told to hurry.
        "CrashShield__Cleanup__StepTimeout",
    ];

    public IEnumerable<string> Violations(Manifests manifests)
    {
        var missing = Bounds.Where(bound => !manifests.Environment.ContainsKey(bound)).ToList();
        foreach (var bound in missing)
            yield return $"{bound} is not set, so that nobody can add up how long a shutdown takes.";

        var sum = Bounds.Except(missing).Aggregate(TimeSpan.Zero, (sum, bound) => sum + Duration(manifests.Environment[bound]));
        var init = Init(manifests.Container.Command ?? []);
        var grace = TimeSpan.FromSeconds(manifests.Pod.TerminationGracePeriodSeconds ?? 30);
        if (sum > init)
            yield return $"A shutdown may take {sum.TotalSeconds} s, and crashshield-init kills after {init.TotalSeconds} s.";
        if (init + Reserve > grace)
            yield return $"crashshield-init may take {init.TotalSeconds} s, and kubelet kills after {grace.TotalSeconds} s.";
        if (!manifests.Environment.TryGetValue(GracePeriod, out var told) || Duration(told) != grace)
            yield return $"{GracePeriod} is not terminationGracePeriodSeconds, {grace.TotalSeconds} s, so that the start checks the bounds against another.";
        if (manifests.Container.Lifecycle?.PreStop is not null)
            yield return "preStop waits as well as Drain:Delay.";
    }

    private static TimeSpan Init(IList<string> command) =>
        command.IndexOf("--drain") is var option and >= 0 ? Duration(command[option + 1].TrimEnd('s')) : InitDefault;

    private static TimeSpan Duration(string value) =>
        double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Parse(value, CultureInfo.InvariantCulture);
}
