using System.Reflection;

namespace CrashShield.GuestApps.Running;

/// <summary>All applications: each is a class of its own with a static property <c>Guest</c>.</summary>
internal static class GuestCatalog
{
    public static IReadOnlyList<Guest> All { get; } =
    [
        .. typeof(GuestCatalog).Assembly.GetTypes()
            .Select(type => type.GetProperty("Guest", BindingFlags.Static | BindingFlags.Public))
            .Where(property => property?.PropertyType == typeof(Guest))
            .Select(property => (Guest)property!.GetValue(null)!)
            .OrderBy(guest => guest.Name, StringComparer.Ordinal),
    ];

    public static Guest? Find(string name) => All.FirstOrDefault(guest => guest.Name == name);
}
