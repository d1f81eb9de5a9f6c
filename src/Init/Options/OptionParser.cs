using System.Globalization;
using CrashShield.Init.Listeners;

namespace CrashShield.Init.Options;

/// <summary>Reads the command line; a mistake is one line that names option, value and what is allowed.</summary>
internal static class OptionParser
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly string[] SubCommands = ["status", "restart", "stop"];

    /// <exception cref="InitException">It makes no sense; the code is 64.</exception>
    public static Invocation Parse(IReadOnlyList<string> arguments) => arguments switch
    {
        [] => throw Mistake("there is no command; usage: crashshield-init [options] -- command args…"),
        [var word, ..] when SubCommands.Contains(word) => ParseClient(word, new OptionReader(arguments, 1)),
        _ => ParseRun(new OptionReader(arguments, 0)),
    };

    public static InitException Mistake(string text) => new(ExitCodes.Usage, text);

    private static Invocation ParseRun(OptionReader reader)
    {
        var options = new InitOptions();
        List<Endpoint> listen = [];
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--help" or "-h":
                    return new Invocation { Text = HelpText.Usage };
                case "--version":
                    return new Invocation { Text = HelpText.Version };
                case "--":
                    return new Invocation { Run = options with { Listen = listen, Command = CommandOf(reader) } };
                case "--spare":
                    reader.NoValue();
                    options = options with { Spare = true };
                    break;
                case var option when IsKnown(option):
                    options = Apply(options, listen, option, reader.Value());
                    break;
                default:
                    throw NoOption(reader);
            }
        }

        throw Mistake("there is no -- with a command; usage: crashshield-init [options] -- command args…");
    }

    private static InitException NoOption(OptionReader reader) => reader switch
    {
        { Name: ['-', ..] } => Mistake($"{reader.Name} is no option of crashshield-init; the command comes after --"),
        { Name: var word } when SubCommands.Contains(word) =>
            Mistake($"the sub-command {word} comes first: crashshield-init {word} --control PATH"),
        { IsFirst: true } => Mistake(
            $"'{reader.Name}' is no sub-command of crashshield-init; there are {string.Join(", ", SubCommands)}. A program to run comes after --: crashshield-init [options] -- {reader.Name}"),
        _ => Mistake($"'{reader.Name}' is no option of crashshield-init; the command comes after --"),
    };

    private static bool IsKnown(string option) =>
        option is "--listen" or "--restarts" or "--ready-timeout" or "--drain" or "--probation" or "--throttled" or "--snapshots" or "--directory" or "--end-helpers" or "--on-death" or "--on-incident"
            or "--control";

    private static InitOptions Apply(InitOptions options, List<Endpoint> listen, string option, string value)
    {
        switch (option)
        {
            case "--listen":
                if (!Endpoint.TryParse(value, out var endpoint))
                    throw Mistake($"--listen '{value}' is no endpoint; allowed: {Endpoint.Forms}");
                listen.Add(endpoint);
                return options;
            case "--restarts":
                return options with { Restarts = ParseRestarts(value) };
            case "--ready-timeout":
                return options with { ReadyTimeout = ParseDuration(option, value, TimeSpan.FromSeconds(1), Hour) };
            case "--drain":
                return options with { Drain = ParseDuration(option, value, TimeSpan.Zero, Hour) };
            case "--probation":
                return options with { Probation = ParseDuration(option, value, TimeSpan.Zero, Hour) };
            case "--throttled":
                return options with { Throttled = ParseDuration(option, value, TimeSpan.Zero, Hour) };
            case "--snapshots":
                return value.Length > 0
                    ? options with { Snapshots = Path.GetFullPath(value) }
                    : throw Mistake("--snapshots '' is not allowed: the path of a directory, for example /dumps");
            case "--end-helpers":
                return options with { EndHelpers = ParseDuration(option, value, TimeSpan.Zero, Hour) };
            case "--directory":
                return value.Length > 0
                    ? options with { Directory = Path.GetFullPath(value) }
                    : throw Mistake("--directory '' is not allowed: the path of a directory, for example /srv/app/current");
            case "--on-death":
                return options with { OnDeath = ParseHook(option, value) };
            case "--on-incident":
                return options with { OnIncident = ParseHook(option, value) };
            default:
                return options with { Control = ParseControl(value) };
        }
    }

    private static Invocation ParseClient(string word, OptionReader reader)
    {
        var (name, path, asJson) = (word, default(string), false);
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--help" or "-h":
                    return new Invocation { Text = HelpText.Usage };
                case "--control":
                    path = ParseControl(reader.Value());
                    break;
                case "--json" when word == "status":
                    reader.NoValue();
                    asJson = true;
                    break;
                case "--self" or "--cold" when word == "restart":
                    reader.NoValue();
                    if (name != word)
                        throw Mistake("crashshield-init restart takes one of --self and --cold");
                    name = reader.Name == "--self" ? "upgrade" : "cold-restart";
                    break;
                default:
                    throw Mistake($"{reader.Name} is no option of crashshield-init {word}");
            }
        }

        return path is null
            ? throw Mistake($"crashshield-init {word} needs --control PATH, the socket of the init to talk to")
            : new Invocation { Client = new ClientCommand(name, path, asJson) };
    }

    private static string[] CommandOf(OptionReader reader) => reader.Rest.ToArray() is [{ Length: > 0 }, ..] command
        ? command
        : throw Mistake("there is no command after --");

    private static RestartLimit ParseRestarts(string value)
    {
        if (value.Split('/') is [var count, var window]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var restarts) && restarts <= 1000
            && Duration.TryParse(window, out var time) && time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromHours(24))
        {
            return new RestartLimit(restarts, time);
        }

        throw Mistake($"--restarts '{value}' is not allowed: COUNT/TIME, 0 to 1000 in 1s to 24h, for example 5/60s");
    }

    private static TimeSpan ParseDuration(string option, string value, TimeSpan least, TimeSpan most) =>
        Duration.TryParse(value, out var duration) && duration >= least && duration <= most
            ? duration
            : throw Mistake($"{option} '{value}' is not allowed: {Duration.Format(least)} to {Duration.Format(most)}, for example 30s");

    private static string ParseHook(string option, string value) => !string.IsNullOrWhiteSpace(value)
        ? value
        : throw Mistake($"{option} '{value}' is not allowed: a command, for example '/usr/local/bin/tell-us'");

    private static string ParseControl(string value)
    {
        // A script's variable that is not set.
        if (value.Length > 0 && Path.GetFullPath(value) is var path && SocketAddress.Fits(path))
            return path;
        throw Mistake($"--control '{value}' is not allowed: the path of a Unix socket has 1 to {SocketAddress.LongestPath} bytes");
    }
}
