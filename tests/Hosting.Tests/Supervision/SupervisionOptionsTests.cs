using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Supervision;

public class SupervisionOptionsTests
{
    [Fact]
    public async Task ConfigurationSetsThePolicyOfWhoeverHasNone()
    {
        await using var services = Services(new()
        {
            ["CrashShield:Supervision:MaxRestarts"] = "7",
            ["CrashShield:Supervision:Within"] = "00:01:00",
            ["CrashShield:Supervision:BackoffBase"] = "00:00:01",
            ["CrashShield:Supervision:BackoffMax"] = "00:00:02",
            ["CrashShield:Supervision:ShutdownTimeout"] = "00:00:03",
        });
        var supervisor = services.GetRequiredService<ITaskSupervisor>();
        await using var scope = supervisor.OpenScope("scope");
        await using var own = supervisor.OpenScope("own", SupervisionPolicy.Independent);

        Assert.Equal(
            new()
            {
                MaxRestarts = 7,
                Within = TimeSpan.FromMinutes(1),
                BackoffBase = TimeSpan.FromSeconds(1),
                BackoffMax = TimeSpan.FromSeconds(2),
                ShutdownTimeout = TimeSpan.FromSeconds(3),
            },
            scope.Policy);
        Assert.Equal(SupervisionPolicy.Independent, own.Policy);
    }

    [Fact]
    public async Task ServicesHaveNumbersOfTheirOwn()
    {
        await using var services = Services(new()
        {
            ["CrashShield:Supervision:MaxRestarts"] = "7",
            ["CrashShield:Supervision:BackoffMax"] = "00:00:02",
            ["CrashShield:Supervision:Services:MaxRestarts"] = "9",
            ["CrashShield:Supervision:Services:Within"] = "00:10:00",
        });
        var policy = services.GetRequiredService<TaskSupervisor>().OpenService("service", policy: null).Policy;

        Assert.Equal((9, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(2)), (policy.MaxRestarts, policy.Within, policy.BackoffMax));
    }

    [Theory]
    [InlineData("MaxRestarts", "1001", "from 0 to 1000")]
    [InlineData("Within", "00:00:00", "from 00:00:00.0010000 to 1.00:00:00")]
    [InlineData("BackoffBase", "01:00:01", "from 00:00:00 to 01:00:00")]
    [InlineData("BackoffMax", "-00:00:01", "from 00:00:00 to 01:00:00")]
    [InlineData("ShutdownTimeout", "01:00:01", "from 00:00:00.0010000 to 01:00:00")]
    [InlineData("HealthyAfter", "1.00:00:01", "from 00:00:00.0010000 to 1.00:00:00")]
    [InlineData("Services:MaxRestarts", "-1", "from 0 to 1000")]
    [InlineData("Services:Within", "00:00:00", "from 00:00:00.0010000 to 1.00:00:00")]
    [InlineData("DeadLetterAfter", "0", "from 1 to 1000")]
    public async Task RefusesWhatIsOutOfRangeByKey(string setting, string value, string range)
    {
        await using var services = Services(new() { [$"CrashShield:Supervision:{setting}"] = value });
        var refusal = Assert.Throws<OptionsValidationException>(services.GetRequiredService<ITaskSupervisor>);
        Assert.Contains($"CrashShield:Supervision:{setting}", refusal.Message);
        Assert.Contains(range, refusal.Message);
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddLogging()
        .AddCrashShield(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider();
}
