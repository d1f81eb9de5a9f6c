namespace CrashShield.Hosting.Snapshots;

/// <summary>Files and directories for the owner alone: what is in them may hold secrets of the process.</summary>
internal static class BundleFiles
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerReadsAndWrites | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a new file; one that is there already, or a link in its place, is an error.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerReadsAndWrites;
        using var stream = new FileStream(path, options);
        write(stream);
        // A process that writes this may not live to the next flush.
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Deletes a file, if that can be done: the disk may be gone that it is on.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, and the manifest does not name it.
        }
    }
}
