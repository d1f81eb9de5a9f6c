using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>Where the restarts at a limit are written down, a line each: when, by which process, why.</summary>
internal sealed class RestartFile(IOptions<CrashShieldOptions> options, IHostEnvironment? environment = null)
{
    /// <summary>One for each application: they may share the directory, as they do that of temporary files.</summary>
    public string Path { get; } = System.IO.Path.Combine(
        options.Value.Snapshots.Directory, $"restarts-{string.Concat((environment?.ApplicationName ?? AppDomain.CurrentDomain.FriendlyName).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))}.txt");

    /// <summary>When there were some; none where the file cannot be read.</summary>
    public IReadOnlyList<DateTimeOffset> Read() => [.. KernelFile.Lines(Path).Select(TimeOf).OfType<DateTimeOffset>()];

    /// <summary>When a line says that there was one; <see langword="null"/> for a garbled one.</summary>
    public static DateTimeOffset? TimeOf(string line) =>
        DateTimeOffset.TryParseExact(line.Split(' ')[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
