using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.GuestApps.Pages;

public sealed class HomeController : Controller
{
    public IActionResult Index() => View();

    public IActionResult Throw() => throw new InvalidOperationException("action");

    public IActionResult Broken() => View();

    public IActionResult BrokenLate() => View();

    public IActionResult NoView() => View("Missing");

    public IActionResult Number(int id) => ModelState.IsValid ? Content($"{id}") : BadRequest(ModelState);

    [HttpPost]
    [ValidateAntiForgeryToken]
    public IActionResult Send(string text)
    {
        if (text == "bomb")
            throw new InvalidOperationException("a form has broken it");
        TempData["Sent"] = text;
        return RedirectToAction(nameof(Index));
    }

    [ResponseCache(Duration = 0, Location = ResponseCacheLocation.None, NoStore = true)]
    public IActionResult Error()
    {
        ViewData["RequestId"] = Activity.Current?.Id is null ? "none" : "there";
        return View("Error");
    }
}
