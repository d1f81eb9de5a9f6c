using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.GuestApps.Pages;

[ShopExceptionFilter]
public sealed class ShopController : Controller
{
    public IActionResult Known() => throw new ArgumentException("known to the filter");

    public IActionResult Unknown() => throw new InvalidOperationException("unknown to the filter");

    public IActionResult Gone() => StatusCode(StatusCodes.Status410Gone);

    public async Task<IActionResult> Later()
    {
        await Task.Yield();
        throw new InvalidOperationException("later");
    }

    public IActionResult Status(int id)
    {
        SeenLog.Note($"status page for {id}");
        return View(id);
    }
}
