using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CrashShield.GuestApps.Pages;

internal static class MvcFilters
{
    public static Guest Guest { get; } = new("mvc-filters", GuestKind.Pages, "https://github.com/dotnet/aspnetcore/issues/21450", Build)
    {
        Plays = [Play.Get("/Shop/Known"), Play.Get("/Shop/Unknown"), Play.Page("/Shop/Unknown"), Play.Get("/Shop/Later"), Play.Get("/Shop/Gone")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllersWithViews(mvc => mvc.Filters.Add<Noting>()).WithOnly(typeof(ShopController));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultControllerRoute();
        return app;
    }

    private sealed class Noting : IAsyncActionFilter, IAsyncResultFilter
    {
        public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
        {
            var executed = await next();
            SeenLog.Note($"action: {executed.Exception?.GetType().Name ?? "well"}");
        }

        public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
        {
            var executed = await next();
            SeenLog.Note($"result: {executed.HttpContext.Response.StatusCode}");
        }
    }
}
