namespace CrashShield.GuestApps.Pages.Blazor;

public sealed class OrderForm
{
    public string? City { get; set; }
}
