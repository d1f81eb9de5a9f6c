using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CrashShield.Integration.Tests.Publishing;

/// <summary>Which assembly a type is in: a warning names the member alone.</summary>
internal sealed class AssemblyOfType
{
    private readonly Dictionary<string, string> _assemblies = new(StringComparer.Ordinal);

    /// <param name="folders">The folders of the assemblies; of two types of one name the first counts.</param>
    public AssemblyOfType(params IEnumerable<string> folders)
    {
        foreach (var path in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll")))
            Read(path);
    }

    /// <summary>The assembly of the longest part of a member's name that is a type; <c>unknown</c> without one.</summary>
    public string Of(string member)
    {
        for (var name = member.Split('<', '/', '`')[0]; name.Length > 0; name = name[..Math.Max(name.LastIndexOf('.'), 0)])
        {
            if (_assemblies.TryGetValue(name, out var assembly))
                return assembly;
        }

        return "unknown";
    }

    private void Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        if (!file.HasMetadata)
            return;

        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.TypeDefinitions)
        {
            var type = metadata.GetTypeDefinition(handle);
            // A nested type has no namespace of its own, and is found by the one around it.
            if (!type.Namespace.IsNil)
                _assemblies.TryAdd($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name).Split('`')[0]}", Path.GetFileNameWithoutExtension(path));
        }
    }
}
