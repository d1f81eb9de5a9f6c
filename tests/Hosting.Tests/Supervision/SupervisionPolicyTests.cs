using CrashShield.Hosting.Supervision;

namespace CrashShield.Hosting.Tests.Supervision;

public class SupervisionPolicyTests
{
    [Fact]
    public void DefaultsAreThoseOfTheDocs()
    {
        var policy = new SupervisionPolicy();

        Assert.Equal(SupervisionStrategy.OneForAll, policy.Strategy);
        Assert.Null(policy.Restart);
        Assert.Equal(1, policy.MaxRestarts);
        Assert.Equal(TimeSpan.FromSeconds(5), policy.Within);
        Assert.Equal(TimeSpan.FromMilliseconds(100), policy.BackoffBase);
        Assert.Equal(TimeSpan.FromSeconds(10), policy.BackoffMax);
        Assert.Null(policy.ShutdownTimeout);
        Assert.Null(policy.HealthyAfter);
        Assert.Null(policy.IsBug);
        Assert.Equal(policy, SupervisionPolicy.FirstFailureWins);
        Assert.Equal(policy with { Strategy = SupervisionStrategy.OneForOne }, SupervisionPolicy.Independent);
        Assert.Equal(SupervisionPolicy.Independent with { MaxRestarts = 5, Within = TimeSpan.FromMinutes(1) }, SupervisionPolicy.Service);
    }

    [Fact]
    public void OptionsHaveTheSameDefaults() => Assert.Equal(
        new SupervisionPolicy { ShutdownTimeout = TimeSpan.FromSeconds(5) }, new SupervisionOptions().ToPolicy());

    [Fact]
    public void OptionsOfServicesHaveTheDefaultsOfThePolicyOfServices()
    {
        Assert.Equal(SupervisionPolicy.Service with { ShutdownTimeout = TimeSpan.FromSeconds(5) }, new SupervisionOptions().ToServicePolicy());
        Assert.Equal(TimeSpan.FromMinutes(1), new SupervisionOptions().HealthyAfter);
        Assert.Equal(3, new SupervisionOptions().DeadLetterAfter);
        Assert.Null(new SupervisionOptions().IsBug);
    }

    [Fact]
    public void RefusesWhatIsOutOfRangeByNameValueAndRange()
    {
        Refused("MaxRestarts", "1001", "from 0 to 1000", () => new() { MaxRestarts = 1001 });
        Refused("MaxRestarts", "-1", "from 0 to 1000", () => new() { MaxRestarts = -1 });
        Refused("Within", "00:00:00", "from 00:00:00.0010000 to 1.00:00:00", () => new() { Within = TimeSpan.Zero });
        Refused("BackoffBase", "-00:00:01", "from 00:00:00 to 01:00:00", () => new() { BackoffBase = TimeSpan.FromSeconds(-1) });
        Refused("BackoffMax", "02:00:00", "from 00:00:00 to 01:00:00", () => new() { BackoffMax = TimeSpan.FromHours(2) });
        Refused("HealthyAfter", "00:00:00", "from 00:00:00.0010000 to 1.00:00:00", () => new() { HealthyAfter = TimeSpan.Zero });
        Refused("ShutdownTimeout", "00:00:00", "from 00:00:00.0010000 to 01:00:00", () => new() { ShutdownTimeout = TimeSpan.Zero });
        Refused("Strategy", "7", "OneForOne, OneForAll, RestForOne", () => new() { Strategy = (SupervisionStrategy)7 });
        Refused("Restart", "7", "Temporary, Transient, Permanent", () => new() { Restart = (RestartType)7 });
    }

    [Fact]
    public void WithIsCheckedToo() => Assert.Throws<ArgumentOutOfRangeException>(() => SupervisionPolicy.Independent with { MaxRestarts = -1 });

    private static void Refused(string property, string value, string range, Func<SupervisionPolicy> create)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(create);
        Assert.Equal(property, refusal.ParamName);
        Assert.Contains($"{property} = '{value}'", refusal.Message);
        Assert.Contains(range, refusal.Message);
    }
}
