using CrashShield.Init.Marker;
using CrashShield.Init.Processes;
using CrashShield.Init.Workers;

namespace CrashShield.Init.Tests.Workers;

/// <summary>Starts workers that are none. The first has process id 101 and generation 1.</summary>
internal sealed class FakeWorkers : IWorkerStarter
{
    private Action<Worker, Message>? _received;

    public List<Worker> Started { get; } = [];

    public List<Death?> Deaths { get; } = [];

    /// <summary>errno of the next starts.</summary>
    public int Errno { get; set; }

    public Worker this[int generation] => Started.Single(worker => worker.Generation == generation);

    public Worker Start(int generation, Death? lastDeath, Action<Worker, Message> received)
    {
        if (Errno != 0)
            throw new SpawnException("app", Errno);
        _received = received;
        Deaths.Add(lastDeath);
        var worker = New(generation);
        Started.Add(worker);
        return worker;
    }

    public static Worker New(int generation) => new(100 + generation, generation, default, new FakeLink());

    public void Say(int generation, Message message) => _received!(this[generation], message);

    public void Say(int generation, params IEnumerable<string> types)
    {
        foreach (var type in types)
            Say(generation, type == ControlType.Hello ? Hello() : new Message(type) { Accepted = true });
    }

    public string Told(int generation) => ((FakeLink)this[generation].Link).Taken();

    /// <inheritdoc cref="FakeLink.TakenOfTurns"/>
    public string ToldOfTurns(int generation) => ((FakeLink)this[generation].Link).TakenOfTurns();

    /// <inheritdoc cref="FakeLink.Figures"/>
    public Message? FiguresOf(int generation) => ((FakeLink)this[generation].Link).Figures;

    public static Message Hello(string version = "1.0.0", int protocol = 1) =>
        new(ControlType.Hello) { ProtocolVersion = protocol, Version = version, Build = "b" };
}
