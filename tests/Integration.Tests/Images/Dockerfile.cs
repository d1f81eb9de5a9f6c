using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Images;

/// <summary>As much of a Dockerfile as can be checked without an engine.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyDictionary<string, string> arguments, IReadOnlyList<Stage> stages) => (Arguments, Stages) = (arguments, stages);

    /// <summary>The build arguments before the first stage, with their defaults.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; }

    public IReadOnlyList<Stage> Stages { get; }

    public static Dockerfile Load() => Parse(File.ReadAllText(Path.Combine(BuildPaths.Repository, "samples", "WebApi", "Dockerfile")));

    public static Dockerfile Parse(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'));
        var instructions = string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(Instruction.Parse).ToList();
        var first = instructions.FindIndex(instruction => instruction.Keyword == "FROM");
        var arguments = instructions.Take(first).Select(instruction => instruction.Arguments.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        List<Stage> stages = [];
        foreach (var instruction in instructions.Skip(first))
        {
            if (instruction.Keyword == "FROM")
                stages.Add(new(instruction.Words is [_, "AS", var name] ? name : "", instruction.Words[0], []));
            else
                stages[^1] = stages[^1] with { Instructions = [.. stages[^1].Instructions, instruction] };
        }

        return new(arguments, stages);
    }
}
