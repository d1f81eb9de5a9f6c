using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CrashShield.Hosting.Containers.Reactions;
using CrashShield.Hosting.Signals;
using CrashShield.Hosting.Snapshots;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>
/// The thread that still runs when a limit of the cgroup has put the process to sleep. It is none of the runtime's: it needs no page that is not there, and no collection can stop it. One for
/// each process.
/// </summary>
internal sealed unsafe partial class LimitThread(KernelRoot root, RestartFile restarts, IOptions<CrashShieldOptions> options)
{
    private const int StackSize = 96 * 1024;

    // pthread_attr_t has 56 bytes in glibc and musl.
    private const int OpaqueSize = 256;
    private const int Detached = 1; // PTHREAD_CREATE_DETACHED

    private static readonly Lock Once = new();
    private static LimitThreadState* _state;

    /// <summary>Starts it, unless it runs already or there is no limit at which the process could be put to sleep.</summary>
    /// <returns>Whether it runs.</returns>
    public bool TryStart()
    {
        lock (Once)
        {
            if (_state is not null)
                return true;
            var settings = options.Value;
            if (!settings.Snapshots.Enabled || LimitWatch.TryOpen(root.Path, settings.Snapshots.Directory, VersionsJson(), Patience(settings.Containers)) is not { IsBound: true } watch)
                return false;

            var state = Build(watch, settings);
            Prepare();
            watch.State->Rehearse(state->ProcessId);
            _state = TryRun(state) ? state : null;
            return _state is not null;
        }
    }

    /// <summary>Whether this process is one that serves, and so may end. Allocates nothing.</summary>
    public void Note(bool mayRestart, bool isDraining)
    {
        if (_state is null)
            return;
        _state->MayRestart = mayRestart || isDraining ? 1 : 0;
        _state->IsDraining = isDraining ? 1 : 0;
    }

    /// <summary>The process has saved its own evidence.</summary>
    public void NoteEvidence()
    {
        if (_state is not null)
            _state->OwnEvidenceAt = Stopwatch.GetTimestamp();
    }

    // Who cannot shed load does not wait for as long as who can.
    private static TimeSpan Patience(ContainerOptions options) => options.RestartAfter * 2 / 3;

    private LimitThreadState* Build(LimitWatch watch, CrashShieldOptions settings)
    {
        BundleFiles.CreateDirectory(settings.Snapshots.Directory);
        var block = RawBlock.Create(sizeof(LimitThreadState) + 4 * LimitThreadState.LineSize);
        var state = (LimitThreadState*)block.Take(sizeof(LimitThreadState));
        state->Limits = watch.State;
        state->Line = block.Text(LimitThreadState.LineSize);
        state->Begins = block.Word("CrashShield: a limit of the container holds the process up: ");
        state->Saved = block.Word("; evidence: ");
        state->Restarts = block.Word("CrashShield: a limit of the container still holds the process up, which exits: ");
        state->Refuses = block.Word("CrashShield: a limit of the container still holds the process up, which may not exit as CrashShield:Containers:RestartBudget is used up: ");
        state->Name = block.Word("shield limits");
        state->Fraction = block.Word(".0000000Z ");
        state->BudgetPath = block.Word(restarts.Path);
        state->ProcessId = Environment.ProcessId;
        state->Status = ContainerRestart.Status;
        state->Budget = settings.Containers.RestartBudget;
        state->Window = (long)settings.Containers.RestartWindow.TotalSeconds;
        foreach (var at in restarts.Read().TakeLast(LimitThreadState.MostRestarts))
            state->RestartedAt[state->RestartCount++] = at.ToUnixTimeSeconds();
        return state;
    }

    private static string VersionsJson() => System.Text.Json.JsonSerializer.Serialize(SnapshotVersions.Current, SnapshotJson.Default.SnapshotVersions);

    // Compiled now: on its own thread nothing can be.
    private static void Prepare()
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        IEnumerable<MethodBase> methods =
        [
            .. typeof(KernelCalls).GetMethods(All), .. typeof(RawWord).GetMethods(All), .. typeof(RawText).GetMethods(All), .. typeof(RawHash).GetMethods(All),
            .. typeof(LimitReader).GetMethods(All), .. typeof(MemoryLimit).GetMethods(All), .. typeof(TaskLimit).GetMethods(All), .. typeof(StallLimit).GetMethods(All),
            .. typeof(LimitEpisode).GetMethods(All), .. typeof(LimitState).GetMethods(All), .. typeof(TroubleWords).GetMethods(All), .. typeof(ThreadList).GetMethods(All),
            .. typeof(LimitEvidence).GetMethods(All), .. typeof(LimitThreadState).GetMethods(All),
        ];
        foreach (var method in methods)
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
    }

    private static bool TryRun(LimitThreadState* state)
    {
        var attributes = stackalloc byte[OpaqueSize];
        // Signals of the process are for threads that can handle them.
        var blocked = SignalMask.Blocked();
        try
        {
            SignalMask.Set(ulong.MaxValue);
            return pthread_attr_init(attributes) == 0
                && pthread_attr_setstack(attributes, RawBlock.Create(StackSize).Start, StackSize) == 0
                && pthread_attr_setdetachstate(attributes, Detached) == 0
                && pthread_create(out _, attributes, (nint)(delegate*<nint, nint>)&LimitThreadState.Run, (nint)state) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            // Before glibc 2.34 they are in a library of their own.
            return false;
        }
        finally
        {
            SignalMask.Set(blocked);
        }
    }

    [LibraryImport("libc")]
    private static partial int pthread_attr_init(byte* attributes);

    [LibraryImport("libc")]
    private static partial int pthread_attr_setstack(byte* attributes, byte* start, nint size);

    [LibraryImport("libc")]
    private static partial int pthread_attr_setdetachstate(byte* attributes, int state);

    [LibraryImport("libc")]
    private static partial int pthread_create(out nint thread, byte* attributes, nint start, nint state);
}
