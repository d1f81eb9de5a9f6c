using System.Reflection;

namespace CrashShield.Hosting.ThreadPools.Relief;

/// <summary>
/// How many threads more the runtime's pool tries at once to find out whether they complete more: a private field of <c>PortableThreadPool.HillClimbing</c>, which reads the setting
/// <c>System.Threading.ThreadPool.HillClimbing.MaxWaveMagnitude</c> into it once, 20 by default. Where a later runtime keeps it otherwise, it stays as it is.
/// </summary>
internal static class RuntimeExploration
{
    private static readonly object? Climber = Type.GetType("System.Threading.PortableThreadPool+HillClimbing, System.Private.CoreLib")
        ?.GetField("ThreadPoolHillClimber", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null);

    private static readonly FieldInfo? Field = Type.GetType("System.Threading.PortableThreadPool+HillClimbing, System.Private.CoreLib")
        ?.GetField("_maxThreadWaveMagnitude", BindingFlags.Instance | BindingFlags.NonPublic) is { } field && field.FieldType == typeof(int) ? field : null;

    /// <summary>The number of threads; <see langword="null"/> where it is not known.</summary>
    public static int? Most
    {
        get => Climber is null ? null : (int?)Field?.GetValue(Climber);
        set
        {
            if (Climber is null || value is not { } most)
                return;
            try
            {
                Field?.SetValue(Climber, most);
            }
            catch (Exception e) when (e is FieldAccessException or TargetException or NotSupportedException)
            {
                // A later runtime may not allow it.
            }
        }
    }
}
