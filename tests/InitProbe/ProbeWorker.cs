using System.Text.Json.Nodes;

namespace CrashShield.InitProbe;

/// <summary>A worker that speaks the hand-over protocol, or one that does not as it should.</summary>
internal sealed class ProbeWorker(Channel channel, Modes modes, int generation, string[] endpoints)
{
    private readonly List<Gate> _gates = [];
    private int _answered;
    private bool _hasServed;
    private bool _isStarted;
    private int _states;

    public void Run()
    {
        channel.Send(
            "hello", ("protocol", modes.Number("protocol") ?? 1), ("pid", Environment.ProcessId), ("generation", generation),
            ("version", modes.Value("version", "1.0.0")), ("build", Guid.Empty.ToString()), ("signals", modes.Value("signals", "")));
        while (channel.Receive() is var (message, descriptor))
            Handle(message, descriptor);
        Say("end of stream");
    }

    public void Say(string text) => Console.WriteLine($"probe {generation}: {text}");

    private void Handle(JsonObject message, int descriptor)
    {
        switch (message["type"]!.GetValue<string>())
        {
            case "welcome":
                if (modes.Has("stray"))
                    TalkNonsense();
                // Meanwhile nothing is read.
                Thread.Sleep(modes.Number("deaf-ms") ?? 0);
                foreach (var endpoint in endpoints)
                    channel.Send("listen", ("endpoint", endpoint));
                break;
            case "listening":
                _gates.Add(new Gate(descriptor, generation, TellServed));
                _answered++;
                break;
            case "refuse":
                Refused(message["reason"]!.GetValue<string>());
                break;
            case "state" when message["name"] is { } name:
                _states++;
                if (_states == 1)
                    Say($"state {name}={message["data"]}");
                return;
            case "state":
                if (_states > 0)
                    Say($"states: {_states}");
                _isStarted = true;
                break;
            case "open":
                _gates.ForEach(gate => gate.Open());
                if (modes.Has("die-after-open"))
                    DieAfterOpen();
                channel.Send("opened");
                Say(message["lastDeath"] is { } death ? $"open, last death {death}" : "open");
                if (modes.Number("lives-ms") is { } life)
                    DieAfter(life);
                break;
            case "pause" when !modes.Has("never-paused"):
                _gates.ForEach(gate => gate.Pause());
                channel.Send("paused", ("connections", 0));
                Say("paused");
                break;
            case "resume":
                _gates.ForEach(gate => gate.Open());
                channel.Send("opened");
                Say("resumed");
                break;
            case "offer":
                channel.Send("verdict", ("accepted", !modes.Has("reject")), ("reason", modes.Has("reject") ? "the schema differs" : null));
                break;
            case "collect":
                channel.Send("state", ("name", "count"), ("data", "aGVsbG8+"));
                for (var i = 1; i < modes.Number("states"); i++)
                    channel.Send("state", ("name", "large"), ("data", Convert.ToBase64String(new byte[16 * 1024])));
                channel.Send("state");
                break;
            case "stop":
                Say("stop");
                Environment.Exit(0);
                break;
            case var type:
                Say(type);
                break;
        }

        BeReady();
    }

    private void TalkNonsense()
    {
        channel.SendRaw("nonsense"u8.ToArray());
        channel.SendRaw("{}"u8.ToArray());
        channel.Send("dance");
        channel.SendRaw(new byte[100_000]);
    }

    // As a host that cannot bind ends its start.
    private void Refused(string reason)
    {
        Say($"refused: {reason}");
        if (!reason.StartsWith("cannot listen on ", StringComparison.Ordinal))
            return;
        channel.Send("failed", ("reason", reason));
        Environment.Exit(70);
    }

    private void DieAfterOpen()
    {
        channel.Send("opened");
        Environment.Exit(modes.Number("die-with") ?? 7);
    }

    private void TellServed()
    {
        if (!_hasServed)
            channel.Send("served");
        _hasServed = true;
    }

    private void DieAfter(int milliseconds) => new Thread(() =>
    {
        Thread.Sleep(milliseconds);
        Environment.Exit(modes.Number("die-with") ?? 7);
    })
    { IsBackground = true }.Start();

    private void BeReady()
    {
        if (!_isStarted || _answered < endpoints.Length || modes.Has("never-ready"))
            return;
        _isStarted = false;
        if (modes.Has("unhealthy"))
        {
            channel.Send("failed", ("reason", "not healthy: the database does not answer"));
            return;
        }

        channel.Send("ready", ("warmups", 3), ("ms", 1.5));
    }
}
