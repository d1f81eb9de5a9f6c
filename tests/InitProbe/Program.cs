using System.Runtime.InteropServices;
using CrashShield.InitProbe;

// InitProbe MODE-FILE ENDPOINT…: a worker of crashshield-init that accepts TCP connections and answers with its generation.
var modes = new Modes(args[0]);
var generation = int.Parse(Environment.GetEnvironmentVariable("CRASHSHIELD_GENERATION")!);
var channel = new Channel(int.Parse(Environment.GetEnvironmentVariable("CRASHSHIELD_CONTROL_FD")!));
var endpoints = modes.Has("no-sockets") ? [] : modes.Value("listen", string.Join(',', args[1..])).Split(',');
var worker = new ProbeWorker(channel, modes, generation, endpoints);

if (Environment.GetEnvironmentVariable("CRASHSHIELD_LAST_DEATH") is { } death)
    worker.Say($"last death {death}");
if (modes.Number("exit-early") is { } code)
    return code;
if (modes.Has("abort-early"))
    NativeMethods.Abort();
if (modes.Has("loaded"))
    channel.Send("loaded");
if (modes.Number("silent-ms") is { } silence)
    Thread.Sleep(silence);
if (modes.Has("hang"))
    Thread.Sleep(Timeout.Infinite);

using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    worker.Say("TERM");
    if (modes.Has("ignore-term"))
        return;
    channel.Send("stopping");
    Environment.Exit(modes.Number("exit-with") ?? 0);
});
using var hup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
{
    context.Cancel = true;
    worker.Say("HUP");
    channel.Send("restart");
});
worker.Run();
return 0;
