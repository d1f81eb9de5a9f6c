using System.Reflection;
using CrashShield.Hosting.Configuration;

namespace CrashShield.Hosting.Tests.Configuration;

/// <summary>What an options class may have so that the configuration can set it.</summary>
public class SettingsTests
{
    private static readonly Type[] Scalars = [typeof(bool), typeof(int), typeof(double), typeof(string), typeof(TimeSpan), typeof(Uri), typeof(Version)];

    /// <summary>The trimmer keeps the properties of what is a <c>ISettings</c>, and of nothing else.</summary>
    [Fact]
    public void EachPropertyIsASettingThatCanBeReadOrOptionsThatAreKept() => Assert.All(PropertiesOf(new CrashShieldOptions()), property =>
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Assert.True(
            typeof(ISettings).IsAssignableFrom(type) || typeof(ICollection<string>).IsAssignableFrom(type) || (property.CanWrite && Scalars.Contains(type)),
            $"{property.DeclaringType}.{property.Name}");
    });

    private static IEnumerable<PropertyInfo> PropertiesOf(ISettings settings) => SettingsBinder.Known(settings).SelectMany(property =>
        typeof(ISettings).IsAssignableFrom(property.PropertyType) ? PropertiesOf((ISettings)property.GetValue(settings)!).Prepend(property) : [property]);
}
