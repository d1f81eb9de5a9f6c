using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Chaos;

/// <summary>The files of a run, among them a small disk of its own that can be full, and the clock that its processes read.</summary>
internal sealed class ChaosFolder : IAsyncDisposable
{
    private const string Filler = "filler";
    private const string ClockSource = "Chaos/clock.c";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-chaos-");
    private bool _isMounted;

    /// <summary>Where crash reports and the run marker go.</summary>
    public string Disk => PathOf("disk");

    /// <summary>By how much the clock of its processes is off.</summary>
    public string Clock => PathOf("clock");

    /// <summary>What has them read it.</summary>
    public string ClockLibrary => PathOf("clock.so");

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    /// <exception cref="InvalidOperationException">The disk cannot be mounted, or there is no C compiler.</exception>
    public static async Task<ChaosFolder> CreateAsync(CancellationToken cancellationToken)
    {
        var folder = new ChaosFolder();
        Directory.CreateDirectory(folder.Disk);
        folder.SetClock(TimeSpan.Zero);
        try
        {
            await RunAsync(["cc", "-shared", "-fPIC", "-O1", "-o", folder.ClockLibrary, Path.Combine(AppContext.BaseDirectory, ClockSource)], cancellationToken);
            await RunAsync(["mount", "-t", "tmpfs", "-o", "size=256k", "crashshield-chaos", folder.Disk], cancellationToken);
            folder._isMounted = true;
            return folder;
        }
        catch
        {
            await folder.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the processes see another time at once.</summary>
    public void SetClock(TimeSpan offset)
    {
        // In its place: they have the file in their memory.
        using var clock = File.OpenHandle(Clock, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(clock, BitConverter.GetBytes((long)offset.TotalSeconds), fileOffset: 0);
    }

    /// <summary>Has the disk be full.</summary>
    public void Fill()
    {
        // Without a buffer, which would be written again at its end.
        using var filler = new FileStream(Path.Combine(Disk, Filler), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(new byte[512]);
        }
        catch (IOException)
        {
            // No space left.
        }
    }

    public void Free() => File.Delete(Path.Combine(Disk, Filler));

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await RunAsync(["umount", Disk], CancellationToken.None);
        _directory.Delete(recursive: true);
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        await using var program = ChildProgram.Run(command);
        if (await program.WaitForExitAsync(cancellationToken) is not 0 and var exit)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exit}; this drill needs root and a C compiler.");
    }
}
