using YamlDotNet.RepresentationModel;

namespace CrashShield.Integration.Tests.Monitoring;

/// <summary>YAML documents, read by key.</summary>
internal static class Yaml
{
    public static IReadOnlyList<YamlNode> Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>The node at a path of keys, or <see langword="null"/> where one of them is not there.</summary>
    public static YamlNode? At(this YamlNode node, params ReadOnlySpan<string> path)
    {
        var found = node;
        foreach (var key in path)
        {
            if (found is not YamlMappingNode map || !map.Children.TryGetValue(key, out found))
                return null;
        }

        return found;
    }

    public static string? Text(this YamlNode node, params ReadOnlySpan<string> path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> Items(this YamlNode node, params ReadOnlySpan<string> path) => node.At(path) as YamlSequenceNode ?? [];
}
