using System.Globalization;
using CrashShield.Init.Listeners;

namespace CrashShield.Init.Options;

/// <summary>Reads the command line; a mistake is one line that names option, value and what is allowed.</summary>
internal static class OptionParser
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <exception cref="InitException">It makes no sense; the code is 64.</exception>
    public static Invocation Parse(IReadOnlyList<string> arguments) => arguments switch
    {
        [] => throw Mistake("there is no command; usage: crashshield-init [options] -- command args…"),
        ["status" or "restart" or "stop", ..] => ParseClient(arguments),
        _ => ParseRun(arguments),
    };

    private static Invocation ParseRun(IReadOnlyList<string> arguments)
    {
        var options = new InitOptions();
        List<Endpoint> listen = [];
        for (var i = 0; i < arguments.Count; i++)
        {
            var option = arguments[i];
            if (option is "--help" or "-h")
                return new Invocation { Text = HelpText.Usage };
            if (option == "--version")
                return new Invocation { Text = HelpText.Version };
            if (option == "--")
                return new Invocation { Run = options with { Listen = listen, Command = CommandAfter(arguments, i) } };

            if (option == "--spare")
            {
                options = options with { Spare = true };
                continue;
            }

            if (!IsKnown(option))
                throw Mistake($"{option} is no option of crashshield-init; the command comes after --");
            options = Apply(options, listen, option, ValueOf(arguments, ref i));
        }

        throw Mistake("there is no -- with a command; usage: crashshield-init [options] -- command args…");
    }

    private static bool IsKnown(string option) =>
        option is "--listen" or "--restarts" or "--ready-timeout" or "--drain" or "--probation" or "--snapshots" or "--directory" or "--end-helpers" or "--control";

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
            default:
                return options with { Control = ParseControl(value) };
        }
    }

    private static Invocation ParseClient(IReadOnlyList<string> arguments)
    {
        var (name, path) = (arguments[0], default(string));
        for (var i = 1; i < arguments.Count; i++)
        {
            if (arguments[i] is "--help" or "-h")
                return new Invocation { Text = HelpText.Usage };
            if (arguments[i] == "--control")
                path = ParseControl(ValueOf(arguments, ref i));
            else if (arguments[i] == "--self" && name == "restart")
                name = "upgrade";
            else
                throw Mistake($"{arguments[i]} is no option of crashshield-init {arguments[0]}");
        }

        return path is null
            ? throw Mistake($"crashshield-init {arguments[0]} needs --control PATH, the socket of the init to talk to")
            : new Invocation { Client = new ClientCommand(name, path) };
    }

    private static string[] CommandAfter(IReadOnlyList<string> arguments, int separator)
    {
        if (separator == arguments.Count - 1 || arguments[separator + 1].Length == 0)
            throw Mistake("there is no command after --");
        return [.. arguments.Skip(separator + 1)];
    }

    private static string ValueOf(IReadOnlyList<string> arguments, ref int i)
    {
        if (i + 1 >= arguments.Count || arguments[i + 1] == "--")
            throw Mistake($"{arguments[i]} needs a value");
        return arguments[++i];
    }

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

    private static string ParseControl(string value)
    {
        // A script's variable that is not set.
        if (value.Length > 0 && Path.GetFullPath(value) is var path && SocketAddress.Fits(path))
            return path;
        throw Mistake($"--control '{value}' is not allowed: the path of a Unix socket has 1 to {SocketAddress.LongestPath} bytes");
    }

    private static InitException Mistake(string text) => new(ExitCodes.Usage, text);
}
