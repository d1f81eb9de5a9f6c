using CrashShield.Init.Marker;

namespace CrashShield.Init.Tests.Marker;

/// <summary>A cgroup's memory.events in which the test does the kernel's killing.</summary>
internal sealed class MemoryEvents : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private int _kills = 3;

    public MemoryEvents() => Write();

    public OomCounter Counter => new(_file);

    public void Kill(int processes = 1)
    {
        _kills += processes;
        Write();
    }

    public void Dispose() => File.Delete(_file);

    private void Write() => File.WriteAllText(_file, $"low 0\noom 1\noom_kill {_kills}\n");
}
