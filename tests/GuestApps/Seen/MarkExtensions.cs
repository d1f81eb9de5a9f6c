namespace CrashShield.GuestApps.Seen;

/// <summary>Middleware that only looks.</summary>
internal static class MarkExtensions
{
    /// <summary>Notes what it sees of each request: that it came by, how it ended, and which status it had then.</summary>
    public static IApplicationBuilder Mark(this IApplicationBuilder app, string name) => app.Use(next => async context =>
    {
        SeenLog.Add(SeenKind.Middleware, $"{name}: {context.Request.Method} {context.Request.Path} comes");
        try
        {
            await next(context);
            SeenLog.Add(SeenKind.Middleware, $"{name}: ends with {context.Response.StatusCode}{Started(context)}");
        }
        catch (Exception e)
        {
            SeenLog.Add(SeenKind.Middleware, $"{name}: {e.GetType().Name} passes, status {context.Response.StatusCode}{Started(context)}");
            throw;
        }
    });

    private static string Started(HttpContext context) => context.Response.HasStarted ? ", begun" : "";
}
