namespace CrashShield.Init.Options;

internal static class HelpText
{
    public const string Usage = """
        Usage: crashshield-init [options] -- command args…
               crashshield-init status [--json] --control PATH
               crashshield-init restart [--cold | --self] --control PATH
               crashshield-init stop --control PATH

        Starts the command, keeps its listening sockets, restarts it when it dies and replaces it
        without refusing a connection (SIGUSR2).

          --listen ENDPOINT      binds before the first worker is up; tcp:127.0.0.1:5080, tcp:[::1]:5080,
                                 unix:/run/app.sock, unix:@name; may be repeated
          --spare                keeps a second worker ready that takes over when the first one dies
          --restarts 5/60s       restart intensity; 0 to 1000 in 1s to 24h
          --ready-timeout 60s    a new worker has to be ready within it; 1s to 1h
          --drain 75s            a stopping worker is killed after it; 0s to 1h
          --probation 10s        how long the old worker waits behind the new one; 0s to 1h
          --directory DIR        working directory of the worker, looked up anew for each: it may be a link
          --throttled 20s        a worker that a limit of the cgroup holds up is killed so long after the
                                 evidence; 0s (never) to 1h
          --snapshots DIR        crash reports of the worker and the run marker go there
          --end-helpers T        processes that a crashed worker has left behind are ended, and killed after T; 0s to 1h
          --on-death CMD         runs when a worker has died, with CRASHSHIELD_REASON, _CODE, _DETAIL,
                                 _BUNDLE and others in its environment; killed after 10 s
          --on-incident CMD      the same for a failed restart, a spare that died and their like
          --control PATH         Unix socket for the sub-commands
          --help, --version

        Exit code: the worker's as a shell reports it; 64 to 78 for failures of its own.
        """;

    public static string Number { get; } = typeof(HelpText).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static string Version => $"crashshield-init {Number}";
}
