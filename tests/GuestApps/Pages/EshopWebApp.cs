using CrashShield.GuestApps.Pages.Blazor;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Proxy;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Templates;

namespace CrashShield.GuestApps.Pages;

/// <summary>Pages in front of other services, one of which is away.</summary>
internal static class EshopWebApp
{
    public static Guest Guest { get; } = new("eshop-webapp", GuestKind.Pages, "eShop, WebApp", Build)
    {
        Listens = Listening.Spans,
        About = ["Hosting/Telemetry", "Hosting/Outbound"],
        Plays = [Play.Page("/"), Play.Page("/throwing"), Play.Get("/product-images/1"), Play.Get("/basket"), Play.Get("/health"), Play.Page("/nothing-here")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddHttpForwarder();
        builder.Services.AddHttpClient("basket", client => client.BaseAddress = new Uri(Backend.Nowhere));
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapDefaultEndpoints();
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/Error");
            app.UseHsts();
        }

        app.UseAntiforgery();
        app.UseHttpsRedirection();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        app.MapForwarder("/product-images/{id}", Backend.Start(), "/status/200");
        app.MapGet("/basket", (IHttpClientFactory clients) => clients.CreateClient("basket").GetStringAsync("/basket"));
        return app;
    }
}
