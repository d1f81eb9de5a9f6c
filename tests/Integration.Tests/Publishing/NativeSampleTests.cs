namespace CrashShield.Integration.Tests.Publishing;

/// <inheritdoc/>
public class NativeSampleTests(NativeSample sample, ITestOutputHelper output) : PublishedSampleTests(sample, output), IClassFixture<NativeSample>
{
    [Fact(Explicit = true)]
    public async Task ItSaysThatAbandonedMethodsAreNotReported()
    {
        await using var sample = await StartAsync();

        await sample.Process.WaitForEventAsync("MethodsNotReported", Deadline);
    }
}
