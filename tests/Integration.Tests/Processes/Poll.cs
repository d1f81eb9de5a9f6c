namespace CrashShield.Integration.Tests.Processes;

internal static class Poll
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits until an address is served and the answer is a good one.</summary>
    public static Task UntilGoodAsync(HttpClient client, string address) => UntilAsync(
        async () =>
        {
            try
            {
                using var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Not open yet.
                return false;
            }
        },
        $"{address} is served");

    /// <summary>Looks every millisecond whether something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            while (!await condition())
                await Task.Delay(1, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Assert.Fail($"Not within {Deadline}: {what}");
        }
    }
}
