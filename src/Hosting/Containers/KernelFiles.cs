namespace CrashShield.Hosting.Containers;

/// <summary>The files that are kept open, each once, and read by one thread at a time into one buffer.</summary>
internal sealed class KernelFiles : IDisposable
{
    private readonly Dictionary<string, KernelFile> _files = [];
    private readonly KernelBuffer _buffer = new(KernelFile.PageSize);

    /// <inheritdoc cref="KernelBuffer.BeginTick"/>
    public void BeginTick() => _buffer.BeginTick();

    public KernelValue Value(string directory, string name, string line = "", string field = "")
    {
        var path = Path.Combine(directory, name);
        if (!_files.TryGetValue(path, out var file))
            _files.Add(path, file = new(path, _buffer));
        return new(file, line, field);
    }

    /// <summary>Tries again what could not be read.</summary>
    public void Reopen()
    {
        foreach (var file in _files.Values)
            file.Reopen();
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
            file.Dispose();
    }
}
