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

    [Fact(Explicit = true)]
    public async Task ItSaysThatTheCodeThatBlocksIsNotNamed()
    {
        await using var sample = await StartAsync();
        var blocking = Enumerable.Range(0, 40).Select(_ => sample.Client.GetStringAsync("/drill/block?ms=2000", TestContext.Current.CancellationToken)).ToArray();

        await sample.Process.WaitForEventAsync("BlockedStacksUnknown", Deadline);
        await Task.WhenAll(blocking);
    }
}
