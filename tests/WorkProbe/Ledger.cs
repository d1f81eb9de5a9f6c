using System.Globalization;

namespace CrashShield.WorkProbe;

/// <summary>Files that all processes of a run write to.</summary>
internal sealed class Ledger(string directory)
{
    /// <summary>Notes what has been done. A line is written at once and whole.</summary>
    public void Write(string file, string text)
    {
        using var stream = new FileStream(Path.Combine(directory, file), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text} {Environment.ProcessId} {DateTime.UtcNow:O}\n")));
    }

    /// <summary>Whether something has been noted, by whichever process.</summary>
    public bool Has(string file, string text) =>
        Path.Combine(directory, file) is var path && File.Exists(path) && File.ReadLines(path).Any(line => line.StartsWith(text + " ", StringComparison.Ordinal));

    /// <summary>The number of the next message, as a queue would tell it to whoever asks: it is the same for two that ask at once.</summary>
    public long Next()
    {
        var file = new FileInfo(Path.Combine(directory, "messages"));
        return file.Exists ? File.ReadLines(file.FullName).LongCount() + 1 : 1;
    }
}
