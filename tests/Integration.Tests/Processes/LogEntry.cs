using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CrashShield.Integration.Tests.Processes;

/// <summary>An entry of a process's log, read from the line that the console's JSON formatter wrote.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Event">The name of the event; <see langword="null"/> for the events of other libraries.</param>
/// <param name="Values">The values of the message by their names in its template.</param>
internal sealed record LogEntry(LogLevel Level, string? Event, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The variable that selects the console's JSON formatter, and its value.</summary>
    public static readonly KeyValuePair<string, string> Formatter = new("Logging__Console__FormatterName", ConsoleFormatterNames.Json);

    /// <summary>The events of the assemblies that the sample runs with. The other programs run with the same.</summary>
    public static readonly EventNames Events = new(Path.GetDirectoryName(BuildPaths.Program("WebApi"))!);

    /// <summary>A value by its name in the template; empty when there is none.</summary>
    public string this[string name] => Values.GetValueOrDefault(name, "");

    /// <summary>Whether it is an event of this name.</summary>
    /// <exception cref="ArgumentException">No event has the name.</exception>
    public bool Is(string eventName)
    {
        Events.Require(eventName);
        return Event == eventName;
    }

    /// <summary>Reads a line.</summary>
    /// <returns><see langword="null"/> when the line is not an entry of a log.</returns>
    public static LogEntry? Read(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            if (!entry.TryGetProperty("EventId", out var id) || !entry.TryGetProperty("Category", out var category) || !entry.TryGetProperty("LogLevel", out var level))
                return null;

            var values = ValuesOf(entry);
            return new(Enum.Parse<LogLevel>(level.GetString()!), Events.Find(category.GetString()!, id.GetInt32(), values.GetValueOrDefault("{OriginalFormat}", "")), values);
        }
        catch (JsonException)
        {
            // A line of the program's own, or a piece of a long one: two processes may write to one pipe.
            return null;
        }
    }

    private static Dictionary<string, string> ValuesOf(JsonElement entry)
    {
        var values = new Dictionary<string, string>();
        if (entry.TryGetProperty("State", out var state))
        {
            foreach (var value in state.EnumerateObject())
                values[value.Name] = value.Value.ToString();
        }

        return values;
    }
}
