using System.Globalization;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;

namespace CrashShield.Guest.Tests.Runs;

/// <summary>One run of an application: its start, all requests over both protocols, its end.</summary>
internal sealed class GuestRun(Subject subject, GuestChild child)
{
    // One core each, on the machine that CI has.
    private static readonly SemaphoreSlim Two = new(2);

    private readonly List<Scene> _scenes = [];
    private int _requests;

    public static async Task<IReadOnlyList<Scene>> OfAsync(Subject subject)
    {
        await Two.WaitAsync();
        try
        {
            await using var child = GuestChild.Start(subject);
            return await new GuestRun(subject, child).RunAsync();
        }
        finally
        {
            Two.Release();
        }
    }

    private async Task<IReadOnlyList<Scene>> RunAsync()
    {
        var started = await child.ReadAsync();
        Add(Scene.Start, started with { Seen = [] }, Prefixed("switch:", started.Switches).Concat(Prefixed("option:", started.Options)));
        if (started.Failure is null && started.Ports is { Length: 2 } ports)
            await PlayAllAsync(ports);
        else if (started.Failure is null && subject.Guest.Work > 0)
            await child.AskAsync("begun", subject.Guest.Work);
        await child.StopAsync(subject.Guest.Ends);
        var ended = started.Failure is null ? await child.ReadAsync() : new GuestReport();
        var exit = await child.WaitForExitAsync();
        // Together with what was seen at the start: which of the two it belongs to is a matter of chance.
        var seen = ended with { Seen = [.. started.Seen, .. ended.Seen] };
        Add(Scene.End, seen, Prefixed("switch:", ended.Switches).Append(new("exit-code", exit.ToString(CultureInfo.InvariantCulture))));
        return _scenes;
    }

    private async Task PlayAllAsync(int[] ports)
    {
        foreach (var protocol in Enum.GetValues<Protocol>())
        {
            using var player = new HttpPlayer(protocol, ports[(int)protocol]);
            foreach (var (index, play) in subject.Guest.Plays.Index())
            {
                if (!(protocol == Protocol.Http1 ? play.OverHttp1 : play.OverHttp2 && play.Kind != PlayKind.Raw))
                    continue;

                var expected = _requests + (play.Arrives ? play.Requests : 0);
                var values = await player.PlayAsync(play, () => child.AskAsync("begun", expected), () => child.AskAsync("head", expected));
                _requests = expected;
                Add($"{protocol} {index + 1}. {play.Name}", await child.AskAsync("seen", expected), values);
            }
        }
    }

    private void Add(string name, GuestReport report, IEnumerable<KeyValuePair<string, string>> values)
    {
        var all = values.ToDictionary(value => value.Key, value => Normal.Text(value.Value));
        if (report.Failure is not null)
            all["failure"] = Normal.Text(report.Failure);
        _scenes.Add(new Scene(name, all, [.. report.Seen.Select(line => new SeenLine(line.Kind, Normal.Text(line.Text)))]));
    }

    private static IEnumerable<KeyValuePair<string, string>> Prefixed(string prefix, IReadOnlyDictionary<string, string> values) =>
        values.Select(value => new KeyValuePair<string, string>(prefix + value.Key, value.Value));
}
