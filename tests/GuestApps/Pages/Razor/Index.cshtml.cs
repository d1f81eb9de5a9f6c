using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrashShield.GuestApps.Pages;

public sealed class IndexModel : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    public IActionResult OnGet(string? break_) => break_ is null ? Page() : throw new InvalidOperationException("page");

    public IActionResult OnPost() => Name == "bomb" ? throw new InvalidOperationException("form") : Page();

    public IActionResult OnGetNothing() => NotFound();
}
