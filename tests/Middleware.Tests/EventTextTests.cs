using System.Reflection;
using System.Text.RegularExpressions;

namespace CrashShield.Middleware.Tests;

/// <summary>The texts of the log, of all assemblies that an application gets.</summary>
public partial class EventTextTests
{
    private static readonly Type[] Counts = [typeof(int), typeof(long), typeof(int?), typeof(long?)];

    // To be told in words as well.
    private const string Exempt = "ServicesGoOn";

    private static IEnumerable<(string Event, MethodInfo Method)> Methods =>
        EventNames.MethodsIn(AppContext.BaseDirectory).Select(method => (method.GetCustomAttribute<LoggerMessageAttribute>()!.EventName!, method));

    /// <summary>As 5 s, and not as 00:00:05.</summary>
    [Fact]
    public void DurationsAreToldInWords()
    {
        Assert.NotEmpty(Methods);
        Assert.Empty(Methods.Where(log => log.Event != Exempt && log.Method.GetParameters().Any(parameter => IsTimeSpan(parameter.ParameterType))).Select(log => log.Event));
        // Those that are defined by hand.
        Assert.Empty(EventNames.TypesIn(AppContext.BaseDirectory)
            .SelectMany(type => type.GetFields(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.NonPublic))
            .Where(field => !field.Name.StartsWith("__", StringComparison.Ordinal) && field.FieldType.FullName?.StartsWith("System.Action`", StringComparison.Ordinal) == true && field.FieldType.GetGenericArguments() is [var first, .. var values] &&
                first == typeof(ILogger) && values.Any(IsTimeSpan))
            .Select(field => $"{field.DeclaringType}.{field.Name}"));
    }

    /// <summary>A number is not followed by a word in the plural, which is wrong of one.</summary>
    [Fact]
    public void NumbersFitWhateverTheyAre()
    {
        var wrong =
            from log in Methods
            from Match match in Plural().Matches(log.Method.GetCustomAttribute<LoggerMessageAttribute>()!.Message!)
            where log.Method.GetParameters().Any(parameter => Counts.Contains(parameter.ParameterType) && parameter.Name!.Equals(match.Groups["Name"].Value, StringComparison.OrdinalIgnoreCase))
            select $"{log.Event}: {match.Value}";
        Assert.Empty(wrong);
    }

    private static bool IsTimeSpan(Type type) => type == typeof(TimeSpan) || type == typeof(TimeSpan?);

    [GeneratedRegex(@"\{(?<Name>\w+)(:\w+)?\} (of the |more |other )?(?!is\b|has\b|was\b|its\b|as\b|this\b|bytes\b)\w*[a-rt-z]s\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Plural();
}
