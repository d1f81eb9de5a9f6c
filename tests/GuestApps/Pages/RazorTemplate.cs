using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class RazorTemplate
{
    public static Guest Guest { get; } = new("razor", GuestKind.Pages, "dotnet new webapp", Build)
    {
        IsShort = true,
        Plays = [Play.Page("/"), Play.Page("/?break_=1"), Play.Get("/?break_=1"), Play.Page("/?handler=nothing"), Play.Page("/Missing")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddRazorPages(pages => pages.RootDirectory = "/Pages/Razor");
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/Error");
            app.UseHsts();
        }

        app.UseHttpsRedirection();
        app.UseRouting();
        app.UseAuthorization();
        app.MapRazorPages();
        return app;
    }
}
