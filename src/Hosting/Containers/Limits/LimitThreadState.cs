using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>What the thread works with, and what the rest of the process tells it.</summary>
internal unsafe struct LimitThreadState
{
    public const int LineSize = 4096;
    public const int MostRestarts = 100;

    private const long Second = 1_000_000_000;
    private const long Recent = 30 * Second;
    private const long Often = Second / 4;
    private const long Seldom = Second / 2;
    private const long BetweenBundles = 300 * Second;

    // How long a bundle that cannot be written is tried again: another of the same second may have the name.
    private const long Trying = 9 * Second;
    private const int StandardError = 2;

    public LimitState* Limits;
    public RawText Line;
    public RawWord Begins;
    public RawWord Saved;
    public RawWord Restarts;
    public RawWord Refuses;
    public RawWord Fraction;
    public RawWord Name;
    public RawWord BudgetPath;
    public long ProcessId;
    public int Status;

    /// <summary>Of restarts: how many in which time, and when there were some, in seconds since 1970.</summary>
    public int Budget;
    public long Window;
    public int RestartCount;
    public fixed long RestartedAt[MostRestarts];

    /// <summary>Told by the process while it still can.</summary>
    public int MayRestart;
    public int IsDraining;

    /// <summary>When the process has saved its own evidence, on the clock of <see cref="KernelCalls.Now"/>.</summary>
    public long OwnEvidenceAt;

    private long _bundleAt;
    private int _hasWaited;
    private int _isRefused;

    /// <summary>The whole life of the thread. It asks the runtime for nothing.</summary>
    [MethodImpl(RawCode.Final)]
    public static nint Run(nint state)
    {
        var self = (LimitThreadState*)state;
        self->Limits->Calls->NameThread(self->Name.Start);
        while (true)
        {
            var now = self->Limits->Calls->Now();
            var step = self->Limits->Follow(now);
            if (step == LimitStep.Evidence)
                self->SaveEvidence(now);
            else if (step == LimitStep.Restart)
                self->End(now);
            if (!self->Limits->Episode.IsOn)
                self->_isRefused = 0;
            self->Limits->Calls->Sleep(self->Limits->Episode.IsOn ? Often : Seldom);
        }
    }

    [MethodImpl(RawCode.Final)]
    private void SaveEvidence(long now)
    {
        Limits->Describe(now);
        var isSaved = false;
        var isOwn = OwnEvidenceAt != 0 && now - OwnEvidenceAt < Recent;
        if (!isOwn && (_bundleAt == 0 || now - _bundleAt >= BetweenBundles))
        {
            isSaved = Limits->Save(ProcessId, ProcessId);
            if (!isSaved && now - Limits->Episode.Since < Trying)
                return;
            _bundleAt = now;
        }

        Limits->Episode.HasEvidence(Limits->Calls->Now());
        Tell(Begins, isSaved);
    }

    [MethodImpl(RawCode.Final)]
    private void End(long now)
    {
        Limits->Describe(now);
        if (MayRestart == 0)
        {
            Limits->Episode.BeginAnew(now);
            return;
        }

        // The process has begun to end by itself, and gets the same time once more.
        if (IsDraining != 0 && _hasWaited == 0)
        {
            _hasWaited = 1;
            Limits->Episode.BeginAnew(now);
            return;
        }

        if (TryTake())
        {
            Tell(Restarts, isSaved: false);
            Limits->Calls->Exit(Status);
        }

        if (_isRefused == 0)
            Tell(Refuses, isSaved: false);
        _isRefused = 1;
    }

    // As RestartBudget writes it.
    [MethodImpl(RawCode.Final)]
    private bool TryTake()
    {
        var now = Limits->Calls->UtcSeconds();
        var recent = 0;
        for (var i = 0; i < RestartCount; i++)
        {
            if (now - RestartedAt[i] < Window)
                recent++;
        }

        if (recent >= Budget)
            return false;

        Line.Clear();
        Line.AddTime(now, isPlain: false);
        Line.Length--;
        Line.Add(Fraction);
        Line.Add(ProcessId);
        Line.Add(' ');
        Line.Add(Limits->Troubles->Reason(Limits->Episode.Trouble));
        Line.Add('\n');
        var file = Limits->Calls->OpenForAppending(BudgetPath.Start);
        if (file < 0)
            return false;

        var isWritten = Limits->Calls->Write(file, Line.Start, Line.Length) == Line.Length;
        Limits->Calls->Close(file);
        return isWritten;
    }

    [MethodImpl(RawCode.Final)]
    private void Tell(RawWord what, bool isSaved)
    {
        Line.Clear();
        Line.Add(what);
        Line.Add(Limits->Detail.Start, Limits->Detail.Length);
        if (isSaved)
        {
            Line.Add(Saved);
            Line.Add(Limits->Evidence->Path.Start, Limits->Evidence->Path.Length);
        }

        Line.Add('\n');
        if (Limits->Calls->IsWritable(StandardError))
            Limits->Calls->Write(StandardError, Line.Start, Line.Length);
    }
}
