using System.Reflection;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;

namespace CrashShield.GuestApps.Pages;

/// <summary>All applications share an assembly; each is to have its own controllers alone.</summary>
internal sealed class OnlyTheseControllers(params TypeInfo[] controllers) : IApplicationFeatureProvider<ControllerFeature>
{
    public void PopulateFeature(IEnumerable<ApplicationPart> parts, ControllerFeature feature)
    {
        feature.Controllers.Clear();
        foreach (var controller in controllers)
            feature.Controllers.Add(controller);
    }
}
