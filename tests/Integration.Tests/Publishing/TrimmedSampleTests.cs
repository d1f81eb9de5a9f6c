namespace CrashShield.Integration.Tests.Publishing;

/// <inheritdoc/>
public class TrimmedSampleTests(TrimmedSample sample, ITestOutputHelper output) : PublishedSampleTests(sample, output), IClassFixture<TrimmedSample>
{
    [Fact(Explicit = true)]
    public async Task AbandonedMethodsAreReported()
    {
        await using var sample = await StartAsync();

        await sample.Client.GetStringAsync("/drill/leak-methods?count=100", TestContext.Current.CancellationToken);

        await sample.Process.WaitForEventAsync("MethodsAbandoned", Deadline);
        Assert.Empty(sample.Process.Logged("MethodsNotReported"));
    }
}
