using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Configuration;

/// <summary>A wrong setting ends the start with one line that names the key, the value and what is allowed.</summary>
public class BadConfigurationTests
{
    [Theory]
    [InlineData(
        "Exceptions:HookTimeout", "00:02:00",
        "CrashShield:Exceptions:HookTimeout = '00:02:00': must be a time span such as 00:00:05 from 00:00:00.0100000 to 00:01:00.")]
    [InlineData(
        "Supervision:ShutdownTimeout", "soon",
        "CrashShield:Supervision:ShutdownTimeout = 'soon': must be a time span such as 00:00:05 from 00:00:00.0010000 to 01:00:00.")]
    [InlineData(
        "Exceptions:HookTimeout", "5",
        "CrashShield:Exceptions:HookTimeout = '5': must be a time span such as 00:00:05 from 00:00:00.0100000 to 00:01:00 (read as days: 5.00:00:00).")]
    [InlineData(
        "Supervision:Within", "24:00:00",
        "CrashShield:Supervision:Within = '24:00:00': must be a time span such as 00:00:05 from 00:00:00.0010000 to 1.00:00:00 (read as days: 24.00:00:00).")]
    [InlineData(
        "Supervision:Within", "2.00:00:00",
        "CrashShield:Supervision:Within = '2.00:00:00': must be a time span such as 00:00:05 from 00:00:00.0010000 to 1.00:00:00.")]
    [InlineData("Endpoints:ManagementPort", "0", "CrashShield:Endpoints:ManagementPort = '0': must be a whole number from 1 to 65535.")]
    [InlineData("Endpoints:ManagementAddress", "localhost", "CrashShield:Endpoints:ManagementAddress = 'localhost': must be * or an IP address.")]
    [InlineData("Endpoints:ManagementAddress", "", "CrashShield:Endpoints:ManagementAddress = '': must be * or an IP address.")]
    [InlineData(
        "Endpoints:ManagementAddress", "127.0.0.1",
        "CrashShield:Endpoints:ManagementAddress = '127.0.0.1': must be left out, or have CrashShield:Endpoints:ManagementPort beside it: an address without a port opens nothing.")]
    [InlineData("Endpoints:ManagementPort", "http", "CrashShield:Endpoints:ManagementPort = 'http': must be a whole number from 1 to 65535.")]
    [InlineData("Handoff:WarmUpPaths:0", "version", "CrashShield:Handoff:WarmUpPaths:0 = 'version': must be a path that begins with /.")]
    [InlineData("Endpoints:Map", "maybe", "CrashShield:Endpoints:Map = 'maybe': must be true or false.")]
    [InlineData("Telemetry:OtlpEndpoint", "no address", "CrashShield:Telemetry:OtlpEndpoint = 'no address': must be an absolute http or https address such as http://127.0.0.1:4317.")]
    [InlineData("Telemetry:ZipkinEndpoint", "ftp://x", "CrashShield:Telemetry:ZipkinEndpoint = 'ftp://x': must be an absolute http or https address such as http://127.0.0.1:4317.")]
    [InlineData("Cleanup:StepTimeout", "-00:00:01", "CrashShield:Cleanup:StepTimeout = '-00:00:01': must be a time span such as 00:00:05 from 00:00:00.0010000 to 01:00:00.")]
    [InlineData("Cleanup:StepTimout", "00:00:01", "CrashShield:Cleanup:StepTimout is not a setting: known here are StepTimeout, ChainTimeout.")]
    [InlineData("Exeptions:HookTimeout", "00:00:01", "CrashShield:Exeptions is not a setting: known here are Exceptions, Supervision, Cleanup, Circuit, HealthChecks, ThreadPool, Leaks, Memory, Snapshots, Containers, Admission, Signals, Drain, Telemetry, Handoff, Endpoints.")]
    [InlineData("ThreadPool:DeadlockAfter", "00:00:01", "CrashShield:ThreadPool:DeadlockAfter = '00:00:01': must be at least CrashShield:ThreadPool:OpenAt, which is 00:00:02.")]
    [InlineData("Containers:HardStallAt", "0.3", "CrashShield:Containers:StallDegradeAt = '0.4': must be at most CrashShield:Containers:HardStallAt, which is 0.3.")]
    [InlineData("Memory:Window", "00:00:05", "CrashShield:Memory:Window = '00:00:05': must be at least CrashShield:Memory:Interval, which is 00:00:10.")]
    [InlineData("Circuit:EnterSamples", "0", "CrashShield:Circuit:EnterSamples = '0': must be a whole number from 1 to 100.")]
    [InlineData("ThreadPool:OpenAt", "00:00:00.5", "CrashShield:ThreadPool:OpenAt = '00:00:00.5000000': must be more than CrashShield:ThreadPool:DegradeAt, which is 00:00:00.5000000.")]
    [InlineData("Memory:HeapRecoverAt", "0.9", "CrashShield:Memory:HeapRecoverAt = '0.9': must be below CrashShield:Memory:HeapDegradeAt, which is 0.85.")]
    [InlineData("Memory:HeapOpenAt", "0.85", "CrashShield:Memory:HeapOpenAt = '0.85': must be above CrashShield:Memory:HeapDegradeAt, which is 0.85.")]
    [InlineData("Memory:FullPause", "00:00:00.4", "CrashShield:Memory:FullPause = '00:00:00.4000000': must be at least CrashShield:Memory:FrequentFullPause, which is 00:00:00.5000000.")]
    [InlineData("Memory:YoungReclaimed", "95", "CrashShield:Memory:YoungReclaimed = '95': must be a number from 0 to 1.")]
    [InlineData("Snapshots:Directory", "", "CrashShield:Snapshots:Directory = '': must be the path of a directory.")]
    [InlineData("Snapshots:Directory", " ", "CrashShield:Snapshots:Directory = ' ': must be the path of a directory.")]
    [InlineData("Containers:MemoryDegradeAt", "0.95", "CrashShield:Containers:MemoryDegradeAt = '0.95': must be below CrashShield:Containers:MemoryOpenAt, which is 0.95.")]
    [InlineData("Containers:MemoryRecoverAt", "0.9", "CrashShield:Containers:MemoryRecoverAt = '0.9': must be below CrashShield:Containers:MemoryDegradeAt, which is 0.85.")]
    [InlineData("Containers:StallRecoverAt", "0.5", "CrashShield:Containers:StallRecoverAt = '0.5': must be below CrashShield:Containers:StallDegradeAt, which is 0.4.")]
    [InlineData("Containers:PidsOpenAt", "0.75", "CrashShield:Containers:PidsDegradeAt = '0.8': must be below CrashShield:Containers:PidsOpenAt, which is 0.75.")]
    [InlineData("Containers:ThrottleRecoverAt", "0.3", "CrashShield:Containers:ThrottleRecoverAt = '0.3': must be below CrashShield:Containers:ThrottleDegradeAt, which is 0.25.")]
    [InlineData("Containers:RestartAfter", "00:00:00", "CrashShield:Containers:RestartAfter = '00:00:00': must be a time span such as 00:00:05 from 00:00:01 to 01:00:00.")]
    [InlineData("Containers:RestartBudget", "-1", "CrashShield:Containers:RestartBudget = '-1': must be a whole number from 0 to 100.")]
    [InlineData("Containers:RestartWindow", "00:00:30", "CrashShield:Containers:RestartWindow = '00:00:30': must be a time span such as 00:00:05 from 00:01:00 to 1.00:00:00.")]
    [InlineData("ThreadPool:MaxAddedThreads", "-1", "CrashShield:ThreadPool:MaxAddedThreads = '-1': must be a whole number from 0 to 32767.")]
    [InlineData("Admission:CrowdedDelay", "1", "CrashShield:Admission:CrowdedDelay = '1': must be a time span such as 00:00:05 from 00:00:00.0010000 to 00:00:10 (read as days: 1.00:00:00).")]
    [InlineData("Admission:MinLimit", "21", "CrashShield:Admission:MinLimit = '21': must be at most CrashShield:Admission:InitialLimit, which is 20.")]
    [InlineData("Admission:ProbePaths:0", "ops/alive", "CrashShield:Admission:ProbePaths:0 = 'ops/alive': must be a path that begins with /.")]
    [InlineData("Admission:MaxLimit", "19", "CrashShield:Admission:MaxLimit = '19': must be at least CrashShield:Admission:InitialLimit, which is 20.")]
    [InlineData("Signals:Degrade", "SIGTERM", "CrashShield:Signals:Degrade = 'SIGTERM': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "INT", "CrashShield:Signals:Degrade = 'INT': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "9", "CrashShield:Signals:Degrade = '9': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "SIGSTOP", "CrashShield:Signals:Degrade = 'SIGSTOP': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "CHLD", "CrashShield:Signals:Degrade = 'CHLD': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "SEGV", "CrashShield:Signals:Degrade = 'SEGV': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "35", "CrashShield:Signals:Degrade = '35': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "65", "CrashShield:Signals:Degrade = '65': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "", "CrashShield:Signals:Degrade = '': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Degrade", "USR3", "CrashShield:Signals:Degrade = 'USR3': must be SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, one of their numbers, a real-time signal from 36 to 64, or none.")]
    [InlineData("Signals:Restart", "usr1", "CrashShield:Signals:Restart = 'usr1': must be another signal than CrashShield:Signals:Degrade, which is SIGUSR1.")]
    [InlineData("Signals:Snapshot", "12", "CrashShield:Signals:Snapshot = '12': must be another signal than CrashShield:Signals:Restart, which is SIGUSR2.")]
    [InlineData("Drain:Delay", "-00:00:01", "CrashShield:Drain:Delay = '-00:00:01': must be a time span such as 00:00:05 from 00:00:00 to 01:00:00.")]
    [InlineData("Drain:LameDuck", "2", "CrashShield:Drain:LameDuck = '2': must be a time span such as 00:00:05 from 00:00:00 to 01:00:00 (read as days: 2.00:00:00).")]
    [InlineData("Drain:GracePeriod", "00:00:00", "CrashShield:Drain:GracePeriod = '00:00:00': must be a time span such as 00:00:05 from 00:00:01 to 1.00:00:00.")]
    public async Task EndsTheStart(string key, string value, string expected)
    {
        using var host = ConfiguredHost.Build(configuration => configuration[$"CrashShield:{key}"] = value);

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task AllErrorsAreToldAtOnce()
    {
        using var host = ConfiguredHost.Build(configuration =>
        {
            configuration["CrashShield:Endpoints:ManagementPort"] = "70000";
            configuration["CrashShield:Exceptions:HookTimeout"] = "1.00:00:00";
        });

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, error.Failures.Count());
    }

    [Fact]
    public async Task SettingsMadeInCodeAreCheckedToo()
    {
        using var host = ConfiguredHost.Build(_ => { }, options => options.Exceptions.HookTimeout = TimeSpan.Zero);

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("CrashShield:Exceptions:HookTimeout = '00:00:00'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CodeOverridesConfiguration()
    {
        using var host = ConfiguredHost.Build(
            configuration => configuration["CrashShield:Cleanup:StepTimeout"] = "00:00:07",
            options => options.Cleanup.StepTimeout += TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(8), ConfiguredHost.Options(host).Cleanup.StepTimeout);
    }

    [Fact]
    public void AddingTwiceIsTheSameAsOnce()
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().Build();

        services.AddCrashShield(configuration);
        var once = services.Count;
        services.AddCrashShield(configuration);

        Assert.Equal(once, services.Count);
    }

    [Fact]
    public void DefaultsAreTheDocumentedOnes()
    {
        using var host = ConfiguredHost.Build(_ => { });
        var options = ConfiguredHost.Options(host);

        Assert.Equal(TimeSpan.FromSeconds(5), options.Exceptions.HookTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Supervision.ShutdownTimeout);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), (options.Cleanup.StepTimeout, options.Cleanup.ChainTimeout));
        Assert.Equal((3, null, TimeSpan.FromSeconds(3)), (options.Circuit.EnterSamples, options.Circuit.ExitWhenFailed, options.Circuit.ExitTimeout));
        Assert.Equal(
            (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10)),
            (options.Circuit.RecoverAfter, options.Circuit.NotReadyAfter, options.Circuit.FailAfter));
        Assert.Equal(
            (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)),
            (options.Circuit.BlindAfter, options.Circuit.ReactionTimeout, options.HealthChecks.Interval));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2)),
            (options.ThreadPool.DegradeAt, options.ThreadPool.OpenAt, options.ThreadPool.DeadlockAfter));
        Assert.Equal((true, 500), (options.ThreadPool.NameBlockingCode, options.ThreadPool.MaxAddedThreads));
        Assert.Equal(
            (false, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), 10_000),
            (options.Leaks.AbandonedMethods, options.Leaks.StuckAfter, options.Leaks.ReportWindow, options.Leaks.MaxLeaked));
        Assert.Equal((TimeSpan.FromSeconds(8), 1.5, 100), (options.Leaks.SurgeWindow, options.Leaks.SurgeFactor, options.Leaks.SurgeMinimum));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)), (options.Memory.Interval, options.Memory.Window));
        Assert.Equal((15, 0.95, 3), (options.Memory.YoungPerMinute, options.Memory.YoungReclaimed, options.Memory.FrequentFull));
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(800)), (options.Memory.FrequentFullPause, options.Memory.FullPause));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), (options.Memory.HeapInterval, options.Memory.HeapFor));
        Assert.Equal((0.75, 0.85, 0.92), (options.Memory.HeapRecoverAt, options.Memory.HeapDegradeAt, options.Memory.HeapOpenAt));
        Assert.Equal((true, Path.Combine(Path.GetTempPath(), "crashshield")), (options.Snapshots.Enabled, options.Snapshots.Directory));
        var containers = options.Containers;
        Assert.Equal(
            (TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1)),
            (containers.Interval, containers.LimitInterval, containers.MemoryForecast, containers.ThrottleWindow));
        Assert.Equal((0.75, 0.85, 0.95), (containers.MemoryRecoverAt, containers.MemoryDegradeAt, containers.MemoryOpenAt));
        Assert.Equal(
            (0.1, 0.4, 0.6, 0.95, 10), (containers.StallRecoverAt, containers.StallDegradeAt, containers.StallOpenAt, containers.HardStallAt, containers.HighEvents));
        Assert.Equal(
            (0.7, 0.8, 0.95, 0.1, 0.25),
            (containers.PidsRecoverAt, containers.PidsDegradeAt, containers.PidsOpenAt, containers.ThrottleRecoverAt, containers.ThrottleDegradeAt));
        Assert.Equal((TimeSpan.FromSeconds(30), 3, TimeSpan.FromMinutes(10)), (containers.RestartAfter, containers.RestartBudget, containers.RestartWindow));
        Assert.Equal((true, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(5)), (options.Admission.Enabled, options.Admission.TargetDelay, options.Admission.MaxRetryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), options.Admission.CrowdedDelay);
        Assert.Equal((20, 1, 200), (options.Admission.InitialLimit, options.Admission.MinLimit, options.Admission.MaxLimit));
        Assert.Equal([".AspNetCore.Cookies", ".AspNetCore.Identity", ".AspNetCore.Session"], options.Admission.SessionCookies.Order());
        Assert.Equal(
            (true, "SIGUSR1", "SIGUSR2", "SIGQUIT", true),
            (options.Signals.Enabled, options.Signals.Degrade, options.Signals.Restart, options.Signals.Snapshot, options.Signals.StopOnHangUp));
        Assert.Equal((null, null, null), (options.Drain.Delay, options.Drain.LameDuck, options.Drain.GracePeriod));
        Assert.All([options.HealthChecks.Readiness, options.HealthChecks.Liveness, options.HealthChecks.Circuit, options.HealthChecks.Handover], choice => Assert.Empty(choice.Tags));
        Assert.Contains("X-Api-Key", options.Admission.SessionHeaders);
        Assert.Contains("access_token", options.Admission.SessionParameters);
        Assert.Empty(options.Admission.ProbePaths);
        Assert.Empty(options.Telemetry.KeptLogCategories);
        Assert.Null(options.Endpoints.DetailsPolicy);
        Assert.Equal((true, null, "*"), (options.Endpoints.Map, options.Endpoints.ManagementPort, options.Endpoints.ManagementAddress));
        Assert.Equal((null, null), (options.Telemetry.OtlpEndpoint, options.Telemetry.ZipkinEndpoint));
        Assert.Equal(
            ["CrashShield"], options.Telemetry.Meters.Order());
    }
}
