using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pages;

internal static class MvcTemplate
{
    public static Guest Guest { get; } = new("mvc", GuestKind.Pages, "dotnet new mvc", Build)
    {
        IsShort = true,
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Page("/"),
            Play.Page("/Home/Throw"),
            Play.Get("/Home/Throw"),
            Play.Page("/Home/Broken"),
            Play.Page("/Home/BrokenLate") with { IsCut = true },
            Play.Page("/Home/NoView"),
            Play.Page("/Home/Missing"),
            Play.Page("/Home/Number/x"),
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddControllersWithViews().WithOnly(typeof(HomeController));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/Home/Error");
            app.UseHsts();
        }

        app.UseHttpsRedirection();
        app.UseRouting();
        app.UseAuthorization();
        app.MapControllerRoute("default", "{controller=Home}/{action=Index}/{id?}");
        return app;
    }
}
