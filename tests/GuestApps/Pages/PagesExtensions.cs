using System.Reflection;
using Microsoft.AspNetCore.Mvc.Razor;

namespace CrashShield.GuestApps.Pages;

internal static class PagesExtensions
{
    public static IMvcBuilder WithOnly(this IMvcBuilder mvc, params Type[] controllers)
    {
        mvc.ConfigureApplicationPartManager(parts =>
            parts.FeatureProviders.Add(new OnlyTheseControllers([.. controllers.Select(controller => controller.GetTypeInfo())])));
        mvc.Services.Configure<RazorViewEngineOptions>(razor =>
        {
            razor.ViewLocationFormats.Clear();
            razor.ViewLocationFormats.Add("/Pages/Views/{1}/{0}.cshtml");
            razor.ViewLocationFormats.Add("/Pages/Views/Shared/{0}.cshtml");
        });
        return mvc;
    }
}
