using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>
/// Writes a bundle as a snapshot is one: the cgroup's files, where the threads wait, and the manifest that seals it. By system calls alone, from buffers that are there.
/// </summary>
internal unsafe struct LimitEvidence(KernelCalls* calls, EvidenceWords* words, EvidenceFile* files, int count, ThreadList threads, RawHash hash)
{
    public const int FileSize = 64 * 1024;
    public const int ContentSize = 8192;
    public const int ManifestSize = 4096;
    public const int PathSize = 4096;

    private ThreadList _threads = threads;

    /// <summary>Whether it is only to be gone through, so that all that it needs is there when it counts.</summary>
    public bool IsRehearsal;

    public RawText Text;
    public RawText Manifest;

    /// <summary>Where the bundle is, once it is sealed.</summary>
    public RawText Path;
    public RawText PartialPath;
    public byte* Content;

    private fixed uint _cgroupsHash[RawHash.Words];
    private fixed uint _stacksHash[RawHash.Words];
    private long _cgroupsSize;
    private long _stacksSize;

    /// <summary>Writes one.</summary>
    /// <param name="reason">In one short word.</param>
    /// <param name="detail">In one line.</param>
    /// <param name="processId">Whose threads are looked at.</param>
    /// <param name="name">The process of the bundle's name.</param>
    /// <returns>False when it could not be written.</returns>
    [MethodImpl(RawCode.Final)]
    public bool Save(RawWord reason, RawText* detail, long processId, long name)
    {
        var now = calls->UtcSeconds();
        BeginPath(ref Path, now, name, reason);
        BeginPath(ref PartialPath, now, name, reason);
        PartialPath.Add(words->Partial);
        if (!IsRehearsal && !calls->MakeDirectory(PartialPath.Start))
            return false;

        var partial = PartialPath.Length;
        ReadCgroups();
        fixed (uint* into = _cgroupsHash)
            hash.Compute(Text.Start, Text.Length, into);
        _cgroupsSize = Text.Length;
        var isWritten = Write(partial, words->Cgroups, Text.Start, Text.Length);

        Text.Clear();
        fixed (RawText* into = &Text)
            _threads.Write(processId, into);
        fixed (uint* into = _stacksHash)
            hash.Compute(Text.Start, Text.Length, into);
        _stacksSize = Text.Length;
        isWritten &= Write(partial, words->Stacks, Text.Start, Text.Length);

        Describe(reason, detail, processId, now);
        if (!isWritten || !Write(partial, words->Manifest, Manifest.Start, Manifest.Length))
            return false;

        PartialPath.Length = partial;
        PartialPath.Start[partial] = 0;
        return !IsRehearsal && calls->Rename(PartialPath.Start, Path.Start);
    }

    [MethodImpl(RawCode.Final)]
    private void BeginPath(ref RawText path, long now, long name, RawWord reason)
    {
        path.Clear();
        path.Add(words->BundleBegin);
        path.AddTime(now, isPlain: true);
        path.Add('-');
        path.Add(name);
        path.Add('-');
        path.Add(reason);
    }

    [MethodImpl(RawCode.Final)]
    private void ReadCgroups()
    {
        Text.Clear();
        for (var i = 0; i < count; i++)
        {
            var length = files[i].Descriptor < 0 ? 0 : calls->Read(files[i].Descriptor, Content, ContentSize);
            if (length <= 0)
                continue;

            Text.Add(words->Heading);
            Text.Add(files[i].Path);
            Text.Add(words->HeadingEnd);
            Text.Add(Content, (int)length);
            Text.Add('\n');
        }
    }

    [MethodImpl(RawCode.Final)]
    private void Describe(RawWord reason, RawText* detail, long processId, long now)
    {
        Manifest.Clear();
        Manifest.Add(words->Reason);
        Manifest.Add(reason);
        Manifest.Add(words->Trigger);
        Manifest.Add(reason);
        Manifest.Add(words->Detail);
        Manifest.Add(detail->Start, detail->Length);
        Manifest.Add(words->At);
        Manifest.AddTime(now, isPlain: false);
        Manifest.Add(words->WrittenAt);
        Manifest.AddTime(now, isPlain: false);
        Manifest.Add(words->ProcessId);
        Manifest.Add(processId);
        Manifest.Add(words->Files);
        fixed (uint* of = _cgroupsHash)
            AddFile(words->Cgroups, _cgroupsSize, of);
        Manifest.Add(words->NextFile);
        fixed (uint* of = _stacksHash)
            AddFile(words->Stacks, _stacksSize, of);
        Manifest.Add(words->Steps);
        AddStep(words->Cgroups);
        Manifest.Add(',');
        AddStep(words->Stacks);
        Manifest.Add(words->End);
    }

    [MethodImpl(RawCode.Final)]
    private void AddFile(RawWord name, long size, uint* of)
    {
        Manifest.Add(words->Name);
        Manifest.Add(name);
        Manifest.Add(words->Size);
        Manifest.Add(size);
        Manifest.Add(words->Hash);
        for (var i = 0; i < RawHash.Words; i++)
        {
            for (var shift = 28; shift >= 0; shift -= 4)
            {
                var digit = (of[i] >> shift) & 15;
                Manifest.Add((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
            }
        }
    }

    [MethodImpl(RawCode.Final)]
    private void AddStep(RawWord name)
    {
        Manifest.Add(words->Name);
        Manifest.Add(name);
        Manifest.Add(words->Ok);
    }

    [MethodImpl(RawCode.Final)]
    private bool Write(int partial, RawWord name, byte* text, int length)
    {
        PartialPath.Length = partial;
        PartialPath.Add('/');
        PartialPath.Add(name);
        var file = IsRehearsal ? calls->OpenForWriting(words->Nowhere.Start) : calls->Create(PartialPath.Start);
        if (file < 0)
            return false;

        var written = 0;
        for (nint more; written < length && (more = calls->Write(file, text + written, length - written)) > 0;)
            written += (int)more;
        calls->Close(file);
        return written == length;
    }
}
