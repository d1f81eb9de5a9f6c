namespace CrashShield.Init.Marker;

/// <summary>
/// <c>DIR/run.json</c>: what the next start has to know to tell how this run ended, also when the whole container was killed. Without a
/// directory it keeps nothing. The file is behind until <see cref="Save"/>, as a disk that hangs is not to hold up what comes first.
/// </summary>
internal sealed class RunMarker
{
    private readonly string? _path;
    private readonly OomCounter _oomCounter;
    private readonly DeathClassifier _classifier;
    private RunState _run;
    private bool _isBehind;
    private bool _cannotWrite;

    private RunMarker(string? directory, OomCounter oomCounter, TimeProvider time)
    {
        _path = directory is null ? null : Path.Combine(directory, "run.json");
        _oomCounter = oomCounter;
        _classifier = new DeathClassifier(time);
        _run = new RunState { ProcessId = Environment.ProcessId, StartedAt = time.GetUtcNow(), BootId = BootId(), OomKills = oomCounter.Read(), IsOomGroup = oomCounter.IsGroup };
    }

    /// <summary>How the last worker ended, of this run or the one before; null when none has.</summary>
    public Death? LastDeath => _run.LastDeath;

    /// <summary>The run before, if it had no chance to tell its own end.</summary>
    public RunState? CutShort { get; private set; }

    /// <param name="directory">Where, or null.</param>
    /// <param name="oomCounter">Of the cgroup.</param>
    /// <param name="isContinued">Whether the run goes on that the marker is of: another image of the init has begun it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InitException">The directory cannot be made.</exception>
    public static RunMarker Open(string? directory, OomCounter oomCounter, bool isContinued, TimeProvider time)
    {
        var marker = new RunMarker(directory, oomCounter, time);
        if (directory is not null)
            marker.ReadRunBefore(directory, isContinued);
        return marker;
    }

    /// <summary>The run begins: from here on its end can be told, however early it is.</summary>
    public void Begin()
    {
        Set(_run);
        Save();
    }

    /// <summary>Which worker serves. It says nothing of kills: the end of one that was killed for memory may be seen after this.</summary>
    public void Serves(int processId, int generation)
    {
        if ((processId, generation) != (_run.WorkerProcessId, _run.Generation))
            Set(_run with { WorkerProcessId = processId, Generation = generation });
    }

    public void Stopping() => Set(_run with { IsStopping = true });

    /// <summary>A process has died that does not serve. If the kernel has killed it for memory, that explains no other's end.</summary>
    public void OtherDied(ExitStatus status, string? killedFor)
    {
        if (status.Signal == Signal.Kill && killedFor is null && _oomCounter.Read() > _run.OomKills)
            Set(_run with { OomKills = _run.OomKills + 1 });
    }

    /// <summary>The worker that serves has died.</summary>
    /// <param name="status">How.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="killedFor">Why the init has killed it, or null.</param>
    /// <param name="wasAsked">Whether it alone was told to stop, and not the whole service.</param>
    /// <param name="isAtLimit">Whether that was for a limit of the cgroup that held it up.</param>
    public Death Died(ExitStatus status, int generation, string? killedFor, bool wasAsked = false, bool isAtLimit = false)
    {
        var oomKills = _oomCounter.Read();
        var death = _classifier.OfWorker(status, generation, killedFor, oomKills - _run.OomKills, wasAsked || _run.IsStopping, isAtLimit);
        Set(_run with { LastDeath = death, OomKills = oomKills });
        return death;
    }

    public void Ended() => Set(_run with { HasEnded = true });

    /// <summary>Writes what has changed.</summary>
    public void Save()
    {
        if (_path is null || !_isBehind)
            return;
        _isBehind = false;
        try
        {
            var partial = _path + ".partial";
            File.Delete(partial);
            using (var stream = new FileStream(partial, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                stream.Write(RunStateJson.Write(_run));
            }

            File.Move(partial, _path, overwrite: true);
            _cannotWrite = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk is no reason to end a service.
            if (!_cannotWrite)
                Output.Log($"cannot write {_path}: {e.Message}");
            _cannotWrite = true;
            if (_run.HasEnded || _run.IsStopping)
                Overwrite();
        }
    }

    // What is there would be taken for a run that was killed. It has its room on the disk already; a file system that needs more even for this has none of it left then.
    private void Overwrite()
    {
        try
        {
            File.Delete(_path + ".partial");
            using (var stream = new FileStream(_path!, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                stream.Write(RunStateJson.Write(_run));
                stream.SetLength(stream.Position);
            }
        }
        catch (FileNotFoundException)
        {
            // Nothing was ever written.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete();
        }
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(_path!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is all that can be done.
        }
    }

    private static string? BootId()
    {
        const string path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private void ReadRunBefore(string directory, bool isContinued)
    {
        try
        {
            if (!Directory.Exists(directory))
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var before = File.Exists(_path) ? RunStateJson.Read(File.ReadAllBytes(_path)) : null;
            if (isContinued && before is not null)
                _run = before;
            else
                (_run, CutShort) = (_run with { LastDeath = _classifier.OfRun(before, _run.BootId, _run.OomKills) }, before is { HasEnded: false } ? before : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InitException(ExitCodes.CannotCreate, $"--snapshots '{directory}' cannot be used: {e.Message}");
        }
    }

    private void Set(RunState run) => (_run, _isBehind) = (run, true);
}
