using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Chaos;

/// <summary>The files of a run, among them a small disk of its own that can be full, and the clock that its processes read.</summary>
internal sealed class ChaosFolder : IAsyncDisposable
{
    private const string Filler = "filler";
    private const string SharedMemory = "/dev/shm";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("crashshield-chaos-");
    private readonly HashSet<string> _sharedBefore = [.. FilesOfFakeTime()];
    private bool _isMounted;

    /// <summary>Where crash reports and the run marker go.</summary>
    public string Disk => PathOf("disk");

    /// <summary>What the faketime library reads: an offset to the real time.</summary>
    public string Clock => PathOf("clock");

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    /// <exception cref="InvalidOperationException">The disk cannot be mounted, which takes root.</exception>
    public static async Task<ChaosFolder> CreateAsync(CancellationToken cancellationToken)
    {
        var folder = new ChaosFolder();
        Directory.CreateDirectory(folder.Disk);
        folder.SetClock(TimeSpan.Zero);
        try
        {
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

    /// <summary>Has the processes see another time, within a second.</summary>
    public void SetClock(TimeSpan offset) => File.WriteAllText(Clock, $"{offset.TotalSeconds:+0;-0}\n");

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
        // Those of processes that were killed: faketime_shm_N and sem.faketime_sem_N, N being the process.
        foreach (var left in FilesOfFakeTime().Where(file => !_sharedBefore.Contains(file) && int.TryParse(file[(file.LastIndexOf('_') + 1)..], out var id) && !ProcFs.IsAlive(id)))
            File.Delete(left);
    }

    private static string[] FilesOfFakeTime() => Directory.Exists(SharedMemory) ? Directory.GetFiles(SharedMemory, "*faketime_s*") : [];

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        await using var program = ChildProgram.Run(command);
        if (await program.WaitForExitAsync(cancellationToken) is not 0 and var exit)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exit}; this drill needs root.");
    }
}
