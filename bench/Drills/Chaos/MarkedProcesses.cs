using System.ComponentModel;
using System.Text;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills.Chaos;

/// <summary>Processes by a variable of their environment, which whatever they start inherits.</summary>
internal static class MarkedProcesses
{
    public static IReadOnlyList<int> Of(string name, string value)
    {
        var mark = Encoding.UTF8.GetBytes($"{name}={value}\0");
        return [.. Directory.EnumerateDirectories("/proc").Select(static directory => int.TryParse(Path.GetFileName(directory), out var id) ? id : 0).Where(id => id > 0 && Has(id, mark))];
    }

    public static void Kill(int processId)
    {
        try
        {
            ChildProgram.Signal(processId, UnixSignal.Kill);
        }
        catch (Win32Exception)
        {
            // It has ended meanwhile.
        }
    }

    private static bool Has(int processId, byte[] mark)
    {
        try
        {
            return ProcFs.IsAlive(processId) && File.ReadAllBytes($"/proc/{processId}/environ").AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
