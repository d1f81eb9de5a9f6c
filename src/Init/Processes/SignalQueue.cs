using System.Buffers.Binary;
using CrashShield.Init.Polling;

namespace CrashShield.Init.Processes;

/// <summary>The blocked signals, read from a signalfd(2). SIGCHLD becomes the ended processes, orphans included.</summary>
internal sealed unsafe class SignalQueue : IPolled
{
    private const int RecordSize = 128;

    // SI_KERNEL, sigaction(2).
    private const int FromKernel = 0x80;

    private readonly Action<ReceivedSignal> _received;
    private readonly Action<int, ExitStatus> _exited;

    public SignalQueue(Action<ReceivedSignal> received, Action<int, ExitStatus> exited)
    {
        (_received, _exited) = (received, exited);
        var handled = SignalMask.Handled;
        Descriptor = ProcessCalls.SignalDescriptor(-1, &handled, ProcessCalls.SignalDescriptorFlags);
        if (Descriptor < 0)
            throw new InitException(ExitCodes.OperatingSystem, $"signalfd failed: {Errno.Text(Errno.Last)}");
    }

    public int Descriptor { get; }

    public PollEvents Wanted => PollEvents.In;

    public void Ready(PollEvents events)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        while (ProcessCalls.Read(Descriptor, record, RecordSize) == RecordSize)
        {
            var signal = (Signal)BinaryPrimitives.ReadInt32LittleEndian(record);
            var code = BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
            if (signal == Signal.Chld)
                Reap();
            else
                _received(new ReceivedSignal(signal, code == FromKernel));
        }
    }

    /// <summary>Waits for every child that has ended: one SIGCHLD may stand for many.</summary>
    public void Reap()
    {
        for (int processId; (processId = ChildCalls.WaitPid(-1, out var status, ChildCalls.NoHang)) > 0;)
            _exited(processId, ExitStatus.FromWait(status));
    }
}
