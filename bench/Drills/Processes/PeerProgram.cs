namespace CrashShield.Drills.Processes;

/// <summary>A program of others that a drill compares with. Without it the drill goes on, and says so.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="Command">Its command.</param>
internal sealed record PeerProgram(string Name, string Package, string Command)
{
    // Daemons are installed where only root's PATH leads.
    private static readonly string[] OfDaemons = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>Its file, or <see langword="null"/> when it is not installed.</summary>
    public string? Path { get; } = Find(Command, [.. Environment.GetEnvironmentVariable("PATH")?.Split(System.IO.Path.PathSeparator) ?? [], .. OfDaemons]);

    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public string RequiredPath => Path ?? throw new InvalidOperationException($"{Name} is not installed: apt-get install {Package}.");

    internal static string? Find(string command, IEnumerable<string> folders) => folders.Select(folder => System.IO.Path.Combine(folder, command)).FirstOrDefault(File.Exists);
}
