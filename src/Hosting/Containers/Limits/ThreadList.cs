using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Containers.Limits;

/// <summary>Where the threads of a process wait in the kernel, a line each. Opening the files costs the cgroup a little memory, so there is a bound on time.</summary>
internal unsafe struct ThreadList(KernelCalls* calls, EvidenceWords* words, RawText path, byte* entries, byte* content)
{
    public const int EntriesSize = 8192;
    public const int ContentSize = 1024;

    private const long Bound = 1_500_000_000;

    // struct linux_dirent64: inode, offset, length, type, name.
    private const int LengthAt = 16;
    private const int NameAt = 19;

    private RawText _path = path;

    [MethodImpl(RawCode.Final)]
    public void Write(long processId, RawText* into)
    {
        into->Add(words->StacksTitle);
        var until = calls->Now() + Bound;
        BeginPath(processId);
        var folder = calls->OpenForReading(_path.Start);
        if (folder < 0)
            return;

        var isCut = false;
        for (nint length; !isCut && (length = calls->List(folder, entries, EntriesSize)) > 0;)
        {
            for (nint at = 0; at < length && !isCut; at += *(ushort*)(entries + at + LengthAt))
            {
                var name = entries + at + NameAt;
                if (*name >= '0' && *name <= '9')
                    AddThread(processId, name, into);
                isCut = into->IsFull || calls->Now() > until;
            }
        }

        if (isCut)
            into->Add(words->CutOff);
        calls->Close(folder);
    }

    [MethodImpl(RawCode.Final)]
    private void AddThread(long processId, byte* id, RawText* into)
    {
        var length = Fill(processId, id, words->Stat);
        // "1234 (name) S …": the name may hold anything, so its end is the last bracket.
        var end = length - 1;
        while (end > 0 && content[end] != ')')
            end--;
        if (end <= 0)
            return;

        var name = 0;
        while (name < end && content[name] != '(')
            name++;
        into->Add(id, Length(id));
        into->Add(' ');
        into->Add(content + name, end + 1 - name);
        into->Add(' ');
        into->Add(content + end + 2, end + 2 < length ? 1 : 0);
        into->Add(' ');
        into->Add(content, Fill(processId, id, words->Place));
        into->Add('\n');
    }

    [MethodImpl(RawCode.Final)]
    private int Fill(long processId, byte* id, RawWord file)
    {
        BeginPath(processId);
        _path.Add('/');
        _path.Add(id, Length(id));
        _path.Add(file);
        var descriptor = calls->OpenForReading(_path.Start);
        if (descriptor < 0)
            return 0;

        var length = (int)calls->Read(descriptor, content, ContentSize);
        calls->Close(descriptor);
        return length > 0 ? length : 0;
    }

    [MethodImpl(RawCode.Final)]
    private void BeginPath(long processId)
    {
        _path.Clear();
        _path.Add(words->Proc);
        _path.Add(processId);
        _path.Add(words->Task);
    }

    [MethodImpl(RawCode.Final)]
    private static int Length(byte* text)
    {
        var length = 0;
        while (text[length] != 0)
            length++;
        return length;
    }
}
