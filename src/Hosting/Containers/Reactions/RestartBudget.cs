using System.Globalization;
using System.Text;
using CrashShield.Hosting.Snapshots;

namespace CrashShield.Hosting.Containers.Reactions;

/// <summary>
/// How many restarts a time allows, kept in a file, as each of them ends the process that counts. A line for each: when, by which process, why.
/// </summary>
internal sealed class RestartBudget(string path, ContainerOptions options, TimeProvider time)
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // EWOULDBLOCK of flock(2), and ERROR_SHARING_VIOLATION.
    private const int WouldBlock = 11;
    private const int SharingViolation = unchecked((int)0x80070020);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Takes one of those that are left.</summary>
    /// <param name="reason">What for.</param>
    /// <param name="taken">How many have been taken within <see cref="ContainerOptions.RestartWindow"/>, this one included.</param>
    /// <returns>False when none is left.</returns>
    /// <exception cref="IOException">It cannot be written down.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written down.</exception>
    public bool TryTake(string reason, out int taken)
    {
        BundleFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = Open();
        var recent = Recent(file);
        taken = recent.Count;
        if (taken >= options.RestartBudget)
            return false;

        taken++;
        recent.Add(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcDateTime:O} {Environment.ProcessId} {reason}"));
        Overwrite(file, string.Join('\n', recent) + "\n");
        return true;
    }

    // Another process has it for as long as a flush takes, and this one is asked once an episode.
    private FileStream Open()
    {
        var start = TimeProvider.System.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (true)
        {
            try
            {
                return new FileStream(path, Alone());
            }
            catch (IOException e) when (e.HResult is WouldBlock or SharingViolation && TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                never.Wait(Look);
            }
        }
    }

    // For this process alone while it is open: of two workers in one container, both may want the last one.
    private static FileStreamOptions Alone()
    {
        var alone = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            alone.UnixCreateMode = OwnerReadsAndWrites;
        return alone;
    }

    // A line that is garbled or older tells nothing. One of the future does, unless it is farther away than a clock that was corrected explains.
    private List<string> Recent(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var now = time.GetUtcNow();
        return [.. reader.ReadToEnd().Split('\n').Where(line => RestartFile.TimeOf(line) is { } at && (now - at).Duration() < options.RestartWindow)];
    }

    // In place, in one write, and cut off after it: at no time is it empty.
    private static void Overwrite(FileStream file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Position = 0;
        file.Write(bytes);
        file.Flush(flushToDisk: true);
        file.SetLength(bytes.Length);
    }
}
