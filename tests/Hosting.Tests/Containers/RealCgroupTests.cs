using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Containers;
using CrashShield.Hosting.Tests.Configuration;
using CrashShield.Hosting.Tests.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrashShield.Hosting.Tests.Containers;

/// <summary>Against the files of the kernel that runs the tests.</summary>
[Trait("Needs", "processes")]
public class RealCgroupTests
{
    [Fact]
    public async Task SeesTheMemoryOfAnotherProcess()
    {
        await using var cgroup = RealCgroup.Memory(limit: 100 * FakeKernel.Mebi);
        using var kernel = FakeKernel.None();
        cgroup.MountIn(kernel);
        _ = kernel.Source;
        var logged = Assert.Single(kernel.Log.Named("ContainerFound"));
        Assert.Equal(("v1", "100 MiB"), (logged["Source"], logged["Memory"]));

        cgroup.Hold(90 * FakeKernel.Mebi);
        var reading = PressureReading.None;
        await Deadline.Until(() => (reading = kernel.Source.Read()).Pressure >= 0.9, "90 of 100 MiB are in use");
        Assert.Matches("^memory: [89][0-9] MiB of 100 MiB in use", reading.Reason);
    }

    [Fact]
    public async Task SeesTheKernelKill()
    {
        await using var cgroup = RealCgroup.Memory(limit: 50 * FakeKernel.Mebi);
        using var kernel = FakeKernel.None();
        cgroup.MountIn(kernel);
        kernel.Source.Read();

        cgroup.Hold(90 * FakeKernel.Mebi);
        await Deadline.Until(
            () => kernel.Source.Read().Reason?.StartsWith("memory: the kernel ran out of it for this container", StringComparison.Ordinal) == true, "the kill is counted");
    }

    [Fact]
    public async Task CgroupThatWasRemovedIsBlindAndTheMachineIsStillSeen()
    {
        var cgroup = RealCgroup.Memory(limit: 50 * FakeKernel.Mebi);
        using var kernel = FakeKernel.None();
        cgroup.MountIn(kernel);
        kernel.Source.Read();

        await cgroup.DisposeAsync();

        Assert.True(kernel.Source.Read().Pressure < 0.8);
        Assert.NotEmpty(kernel.Log.Named("ContainerPartBlind"));
    }

    [Fact]
    public void ReadsTheMachineThatRunsTheTestsAndAllocatesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The files are Linux's.");
        using var kernel = FakeKernel.None();
        using var source = new ContainerSource("/", kernel.Collector, () => { }, kernel.Meter, NullLogger.Instance, kernel.Options, kernel.Time);
        source.Read();
        source.Read();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = source.Read();
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.InRange(reading.Pressure, 0, 1);
        Assert.True(before == after || reading.Reason is not null, $"{after - before} B");
    }

    [Fact]
    public async Task EveryHostHasTheSourceOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The files are Linux's.");
        using var host = ConfiguredHost.Build(configuration => configuration["CrashShield:Containers:Interval"] = "00:00:00.2");
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Single(host.Services.GetRequiredService<HealthCircuit>().Sources, source => source.Name == "container");
        Assert.Equal(TimeSpan.FromMilliseconds(200), host.Services.GetServices<IPressureSource>().OfType<ContainerSource>().Single().Interval);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
