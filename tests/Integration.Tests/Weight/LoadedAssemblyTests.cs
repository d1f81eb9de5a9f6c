using System.Net.Http.Json;

namespace CrashShield.Integration.Tests.Weight;

/// <summary>What a service does not use, CrashShield does not load.</summary>
public class LoadedAssemblyTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ServiceWithoutGrpcAndHubsHasNoneOfTheirAssemblies()
    {
        await using var service = await StartedService.StartAsync("shield");
        using var client = new HttpClient { BaseAddress = await service.Process.WaitForAddressAsync(Deadline) };

        var names = await client.GetFromJsonAsync<string[]>("/assemblies", TestContext.Current.CancellationToken);

        Assert.Contains("CrashShield.Middleware", names!);
        Assert.DoesNotContain(names!, name => name.Contains("Grpc", StringComparison.OrdinalIgnoreCase) || name.Contains("SignalR", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A type whose base is in an assembly that is not there would fail the scan, and with it many a start.</summary>
    [Fact]
    public async Task ItsTypesCanBeEnumeratedWhereGrpcIsNotThere()
    {
        await using var service = await StartedService.StartAsync("shield");
        using var client = new HttpClient { BaseAddress = await service.Process.WaitForAddressAsync(Deadline) };

        Assert.InRange(int.Parse(await client.GetStringAsync("/types", TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture), 1, int.MaxValue);
    }
}
