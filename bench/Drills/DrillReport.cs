using System.Text.Json;
using System.Text.Json.Nodes;
using CrashShield.Drills.Processes;

namespace CrashShield.Drills;

/// <summary>What a drill has seen: figures, and which bars held. Parts that run at once may add to it.</summary>
internal sealed class DrillReport(DrillOptions options)
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly JsonObject _figures = [];
    private readonly List<Bar> _bars = [];
    private readonly List<PeerProgram> _leftOut = [];
    private readonly List<ChangedSetting> _changed = [];

    private bool IsHeld => _bars.TrueForAll(bar => bar.Held);

    public void Add(string name, object? figure)
    {
        lock (_lock)
            _figures.Add(name, JsonSerializer.SerializeToNode(figure, Json));
    }

    public void Require(string bar, bool held, string seen)
    {
        lock (_lock)
            _bars.Add(new(bar, held, seen));
    }

    /// <summary>Says that something does not run with its default.</summary>
    public void Change(string setting, string value, string reason)
    {
        Console.WriteLine($"changed setting: {setting} = {value} ({reason})");
        lock (_lock)
            _changed.Add(new(setting, value, reason));
    }

    /// <summary>Requires that the admission has refused no request of a load that the machine can serve.</summary>
    public void RequireNoneShed(string load, long shed, long total) => Require($"{load}: no request is shed", shed == 0, $"{shed} of {total}");

    /// <summary>Whether a peer is installed. When it is not, the report names it and its package, and the drill goes on without it.</summary>
    public bool Has(PeerProgram peer)
    {
        if (peer.Path is not null)
            return true;
        Console.WriteLine($"{peer.Name} is not installed and is left out: apt-get install {peer.Package}");
        _leftOut.Add(peer);
        return false;
    }

    /// <summary>Prints the bars and, as the last line, everything as one JSON object.</summary>
    /// <returns>The exit status.</returns>
    public int Print()
    {
        foreach (var bar in _bars)
            Console.WriteLine($"{(bar.Held ? "held    " : "NOT HELD")} {bar.Name}: {bar.Seen}");
        Console.WriteLine(ToJson());
        return IsHeld ? 0 : 1;
    }

    /// <summary>Everything as one JSON object.</summary>
    public string ToJson()
    {
        var all = new JsonObject
        {
            ["drill"] = options.Drill.Name,
            ["held"] = IsHeld,
            ["short"] = options.IsShort,
            ["changed"] = JsonSerializer.SerializeToNode(_changed, Json),
            ["leftOut"] = JsonSerializer.SerializeToNode(_leftOut.Select(peer => new { peer.Name, peer.Package }), Json),
            ["bars"] = JsonSerializer.SerializeToNode(_bars, Json),
        };
        foreach (var (name, figure) in _figures)
            all[name] = figure?.DeepClone();
        return all.ToJsonString(Json);
    }
}
