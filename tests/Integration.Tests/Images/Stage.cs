namespace CrashShield.Integration.Tests.Images;

/// <summary>A stage of a Dockerfile.</summary>
/// <param name="Name">What other stages call it.</param>
/// <param name="Image">What it begins with, as written.</param>
/// <param name="Instructions">What follows its <c>FROM</c>.</param>
internal sealed record Stage(string Name, string Image, IReadOnlyList<Instruction> Instructions)
{
    public IEnumerable<Instruction> All(string keyword) => Instructions.Where(instruction => instruction.Keyword == keyword);
}
