using System.Net.Http.Json;
using System.Text.Json;

namespace CrashShield.Middleware.Tests;

internal static class Problem
{
    /// <summary>The problem details of a response, after asserting that it is one.</summary>
    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        return problem;
    }

    public static string? Text(this JsonElement problem, string property) => problem.GetProperty(property).GetString();
}
