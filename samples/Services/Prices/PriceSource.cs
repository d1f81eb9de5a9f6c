namespace Services.Prices;

/// <summary>The dependency: another service, over HTTP.</summary>
internal sealed class PriceSource(HttpClient client)
{
    public Task<string> AskAsync(CancellationToken cancellationToken) => client.GetStringAsync("/price", cancellationToken);
}
