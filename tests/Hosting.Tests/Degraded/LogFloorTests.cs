using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Degraded;

public class LogFloorTests
{
    private static readonly string[] Categories = ["App", "App.Loud", "App.Quiet", "App.Own", "CrashShield.Hosting.Circuit.HealthCircuit", "CrashShield.Leaks", "Microsoft.Hosting.Lifetime"];

    [Fact]
    public async Task IsRaisedWhileTheCircuitIsNotClosedAndLoweredExactly()
    {
        using var host = Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var circuit = host.Services.GetRequiredService<HealthCircuit>();
        var before = Enabled(host);
        var rules = Rules(host);
        LogLevel[] raised = [LogLevel.Warning, LogLevel.Warning, LogLevel.Error, LogLevel.Warning, LogLevel.Information, LogLevel.Debug, LogLevel.Information];
        Assert.Equal([LogLevel.Information, LogLevel.Trace, LogLevel.Error, LogLevel.Debug, LogLevel.Information, LogLevel.Debug, LogLevel.Information], before);

        for (var round = 0; round < 2; round++)
        {
            circuit.Hold(CircuitLevel.Degraded, "a test");
            // Loggers get their filters one after the other.
            await Deadline.Until(() => Enabled(host).SequenceEqual(raised), "the floor is raised");
            circuit.Hold(CircuitLevel.Open, "more");
            circuit.Release();
            await Deadline.Until(() => Enabled(host).SequenceEqual(before), "the floor is lowered");
            Assert.Equal(rules, Rules(host));
        }

        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AnEarlyHoldIsSeenOnceTheHostStarts()
    {
        using var host = Build();
        host.Services.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Degraded, "before the start");

        await host.StartAsync(TestContext.Current.CancellationToken);

        await Deadline.Until(() => Enabled(host)[0] == LogLevel.Warning, "the floor is raised");
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static LogLevel[] Enabled(IHost host)
    {
        var loggers = host.Services.GetRequiredService<ILoggerFactory>();
        return [.. Categories.Select(category => Enum.GetValues<LogLevel>().First(loggers.CreateLogger(category).IsEnabled))];
    }

    private static string[] Rules(IHost host)
    {
        var options = host.Services.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>().CurrentValue;
        return [$"{options.MinLevel}", .. options.Rules.Select(rule => $"{rule}")];
    }

    private static IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.AddProvider(new LogRecords());
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("App.Loud", LogLevel.Trace);
        builder.Logging.AddFilter("App.Quiet", LogLevel.Error);
        builder.Logging.AddFilter<LogRecords>("App.Own", LogLevel.Debug);
        builder.Logging.AddFilter("CrashShield.Leaks", LogLevel.Debug);
        builder.Services.AddCrashShield(builder.Configuration);
        return builder.Build();
    }
}
