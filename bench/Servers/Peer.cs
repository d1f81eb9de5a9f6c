namespace CrashShield.Servers;

/// <summary>One way to answer failures. Everything else is the same for all.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Add">Adds its services.</param>
/// <param name="Use">Puts it into the pipeline.</param>
internal sealed record Peer(string Name, Action<WebApplicationBuilder> Add, Action<WebApplication> Use)
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("shield", builder => builder.AddCrashShield(), app => app.UseCrashShield()),
        new("exception-handler", builder => builder.Services.AddProblemDetails(), app => app.UseExceptionHandler()),
        new("try-catch", _ => { }, app => app.Use(TryCatch)),
    ];

    public static Peer? Find(string name) => All.FirstOrDefault(peer => peer.Name == name);

    private static RequestDelegate TryCatch(RequestDelegate next) => async context =>
    {
        try
        {
            await next(context);
        }
        catch (Exception)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    };
}
