using System.Runtime.CompilerServices;
using CrashShield.Hosting.Circuit;

namespace CrashShield.StartProbe;

/// <summary>What the bare service has nothing of. Not inlined, so that it loads no assembly of ours either.</summary>
internal static class Shielded
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(WebApplicationBuilder builder, bool isHanging)
    {
        builder.AddCrashShield();
        if (!isHanging)
            return;

        foreach (var name in new[] { "first", "second" })
            builder.Services.AddSingleton<IPressureSource>(new HangingSource(name));
        builder.Services.AddPressureSource<WorkingSource>();
        builder.Services.AddCircuitReaction<PrintingReaction>();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Use(WebApplication app) => app.UseCrashShield();
}
