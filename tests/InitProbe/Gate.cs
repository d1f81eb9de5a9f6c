using System.Text;

namespace CrashShield.InitProbe;

/// <summary>Accepts on one socket while it is open, and tells each client who accepted.</summary>
internal sealed class Gate
{
    private readonly ManualResetEventSlim _open = new();
    private readonly int _descriptor;
    private readonly byte[] _answer;
    private readonly Action _served;
    private readonly Lock _accepting = new();

    public Gate(int descriptor, int generation, Action served)
    {
        (_descriptor, _served) = (descriptor, served);
        _answer = Encoding.UTF8.GetBytes($"{generation} {Environment.ProcessId}\n");
        const int SetStatusFlags = 4; // F_SETFL
        const int ReadWriteNonBlocking = 0x802;
        _ = NativeMethods.Control(descriptor, SetStatusFlags, ReadWriteNonBlocking);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public void Open() => _open.Set();

    /// <summary>Returns when no connection is being accepted any more.</summary>
    public void Pause()
    {
        _open.Reset();
        lock (_accepting)
        {
        }
    }

    private void Accept()
    {
        while (true)
        {
            _open.Wait();
            var entry = new NativeMethods.PollEntry { Descriptor = _descriptor, Wanted = 1 };
            _ = NativeMethods.Poll(ref entry, 1, 20);
            lock (_accepting)
            {
                if (entry.Returned != 0 && _open.IsSet)
                    AcceptOne();
            }
        }
    }

    private void AcceptOne()
    {
        const int CloseOnExec = 0x80000;
        const int NoSignal = 0x4000;
        var accepted = NativeMethods.Accept(_descriptor, 0, 0, CloseOnExec);
        if (accepted < 0)
            return;
        _ = NativeMethods.Send(accepted, _answer, (nuint)_answer.Length, NoSignal);
        _ = NativeMethods.Close(accepted);
        _served();
    }
}
