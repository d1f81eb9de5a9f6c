using System.Text.Json.Nodes;

namespace CrashShield.Integration.Tests.Containers;

/// <summary>
/// The profile that CRI-O and podman take for RuntimeDefault, from Debian's package, as runc reads it: the rules for a container without capabilities on this architecture.
/// </summary>
internal static class SeccompProfile
{
    public const string Package = "golang-github-containers-common";
    public const string Path = "/usr/share/containers/seccomp.json";

    private const string Architecture = "amd64";

    public static JsonObject Load()
    {
        var profile = JsonNode.Parse(File.ReadAllText(Path))!;
        return new()
        {
            ["defaultAction"] = profile["defaultAction"]!.DeepClone(),
            ["defaultErrnoRet"] = profile["defaultErrnoRet"]!.DeepClone(),
            ["architectures"] = new JsonArray("SCMP_ARCH_X86_64"),
            ["syscalls"] = new JsonArray([.. profile["syscalls"]!.AsArray().Where(rule => Applies(rule!)).Select(rule => Rule(rule!))]),
        };
    }

    private static bool Applies(JsonNode rule)
    {
        var (only, not) = (rule["includes"], rule["excludes"]);
        return Count(only, "caps") == 0 && (Count(only, "arches") == 0 || Names(only, "arches").Contains(Architecture)) && !Names(not, "arches").Contains(Architecture);
    }

    private static JsonObject Rule(JsonNode rule)
    {
        var taken = new JsonObject { ["names"] = rule["names"]!.DeepClone(), ["action"] = rule["action"]!.DeepClone() };
        if (Count(rule, "args") > 0)
            taken["args"] = rule["args"]!.DeepClone();
        if (rule["errnoRet"] is { } error)
            taken["errnoRet"] = error.DeepClone();
        return taken;
    }

    private static int Count(JsonNode? node, string list) => (node?[list] as JsonArray)?.Count ?? 0;

    private static IEnumerable<string> Names(JsonNode? node, string list) => (node?[list] as JsonArray ?? []).Select(name => (string)name!);
}
