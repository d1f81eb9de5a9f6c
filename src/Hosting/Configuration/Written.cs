using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Hosting.Configuration;

/// <summary>Shows a key of the configuration about as it was written: <c>5</c>, <c>null</c>, <c>[5, 6]</c>, <c>{Name: 5}</c>.</summary>
internal static class Written
{
    // Keys below win over a text beside them, which another source may have set: where one text is due, they are what is wrong.
    public static string As(IConfigurationSection section)
    {
        var children = section.GetChildren().ToArray();
        if (children.Length == 0)
            return section.Value ?? "null";

        return children.All(IsEntry)
            ? $"[{string.Join(", ", children.Select(As))}]"
            : $"{{{string.Join(", ", children.Select(child => $"{child.Key}: {As(child)}"))}}}";
    }

    private static bool IsEntry(IConfigurationSection child) => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
