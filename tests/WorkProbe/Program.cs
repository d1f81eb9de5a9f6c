using CrashShield.WorkProbe;

// WorkProbe <kind> <directory> [settings…]: a process that works in the background. What it does is in files of the directory, one line each, with its process id.
var (kind, directory, settings) = (args[0], args[1], args[2..]);
using var host = kind switch
{
    "worker" => WorkerApp.Build(new Ledger(directory), settings),
    "queue" => QueueApp.Build(new Ledger(directory), settings),
    _ => throw new ArgumentException($"There is no kind '{kind}'.", nameof(args)),
};
host.Run();
