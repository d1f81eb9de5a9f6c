using System.Reflection;
using LoggerMessageAttribute = Microsoft.Extensions.Logging.LoggerMessageAttribute;

namespace CrashShield.Tests;

/// <summary>
/// The names of log events by their numbers. The console's formatters write the number and leave the name out, so the names are read from the
/// <see cref="LoggerMessageAttribute"/>s of the assemblies. A test that matches a name does not depend on the message text.
/// </summary>
/// <param name="folder">The folder of CrashShield's assemblies.</param>
internal sealed class EventNames(string folder)
{
    /// <summary>ASP.NET Core's own event: the server listens on an address.</summary>
    public const string Listening = "ListeningOnAddress";

    /// <summary>The value of <see cref="Listening"/>.</summary>
    public const string Address = "address";

    private const int ListeningId = 14;

    // It has no events, and its types are only there beside Grpc.AspNetCore.
    private const string ForGrpc = "CrashShield.Grpc.dll";

    // .NET's host, and CrashShield in place of its console's lifetime.
    private const string Lifetime = "Microsoft.Hosting.Lifetime";

    // Events without a number, which .NET's host has never named either: their templates tell them apart.
    private static readonly Dictionary<string, string> ByTemplate = new()
    {
        ["Application started. Press Ctrl+C to shut down."] = "ApplicationStarted",
        ["Application is shutting down..."] = "ApplicationStopping",
    };

    private readonly Dictionary<int, string> _names =
        DefinedIn(folder).Select(defined => (defined.EventId, defined.EventName!)).Append((ListeningId, Listening)).ToDictionary();

    private HashSet<string>? _all;

    /// <summary>All events that CrashShield's assemblies in a folder define.</summary>
    public static IReadOnlyList<LoggerMessageAttribute> DefinedIn(string folder) => [.. MethodsIn(folder).Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()!)];

    /// <summary>The methods that log them.</summary>
    public static IEnumerable<MethodInfo> MethodsIn(string folder) => TypesIn(folder)
        .SelectMany(type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(method => method.IsDefined(typeof(LoggerMessageAttribute)));

    /// <summary>The types of CrashShield's assemblies in a folder.</summary>
    public static IEnumerable<Type> TypesIn(string folder) =>
        Directory.EnumerateFiles(folder, "CrashShield.*.dll").Where(file => Path.GetFileName(file) != ForGrpc).Select(Assembly.LoadFrom).SelectMany(assembly => assembly.GetTypes());

    /// <summary>Finds the name of an event.</summary>
    /// <param name="category">Its category.</param>
    /// <param name="id">Its number.</param>
    /// <param name="template">Its message before the values are in it, where it is known.</param>
    /// <returns><see langword="null"/> for the events of other libraries, whose numbers may be the same.</returns>
    public string? Find(string category, int id, string template = "") => category switch
    {
        Lifetime when id == 0 => ByTemplate.GetValueOrDefault(template),
        Lifetime => _names.GetValueOrDefault(id),
        _ => category.StartsWith("CrashShield.", StringComparison.Ordinal) ? _names.GetValueOrDefault(id) : null,
    };

    /// <summary>Throws when no event has the name. Without this check a misspelt name would cost a test its whole deadline.</summary>
    public void Require(string name)
    {
        if (!(_all ??= [.. _names.Values, .. ByTemplate.Values]).Contains(name))
            throw new ArgumentException($"No log event has the name '{name}'.", nameof(name));
    }
}
