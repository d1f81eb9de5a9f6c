using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CrashShield.Handoff.Protocol;

namespace CrashShield.Hosting.Handoff;

/// <summary>
/// The endpoints whose sockets systemd, or the operator, has given to the lead. The application is to find them as it would find systemd's own, sd_listen_fds(3): Kestrel's <c>UseSystemd()</c> makes endpoints of
/// descriptors from the third on, each of which stands for one of these here.
/// </summary>
internal sealed class PassedEndpoints
{
    private const string ForProcess = "LISTEN_PID";
    private const string Count = "LISTEN_FDS";
    private const int First = 3;
    private const string Tcp = "tcp:";
    private const string Unix = "unix:";

    private readonly string[] _names;

    private PassedEndpoints(string[] names) => _names = names;

    /// <summary>Reads them, and has them found.</summary>
    public static PassedEndpoints Announce()
    {
        var names = Environment.GetEnvironmentVariable(WorkerVariables.Listen)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (names.Length > 0 && LedWorker.IsLed)
        {
            Environment.SetEnvironmentVariable(ForProcess, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            Environment.SetEnvironmentVariable(Count, names.Length.ToString(CultureInfo.InvariantCulture));
        }

        return new(names);
    }

    /// <summary>Has no child of the application find them. The server has its endpoints by then.</summary>
    public void Hide()
    {
        if (_names.Length == 0)
            return;
        foreach (var variable in (string[])[WorkerVariables.Listen, ForProcess, Count])
            Environment.SetEnvironmentVariable(variable, null);
    }

    /// <summary>The endpoint that a descriptor stands for, if it does.</summary>
    public EndPoint? Of(ulong descriptor) => descriptor >= First && descriptor - First < (ulong)_names.Length ? Parse(_names[descriptor - First]) : null;

    private static EndPoint? Parse(string name)
    {
        if (name.StartsWith(Tcp, StringComparison.Ordinal))
            return IPEndPoint.Parse(name[Tcp.Length..]);
        if (!name.StartsWith(Unix, StringComparison.Ordinal))
            return null;
        var path = name[Unix.Length..];
        // In the abstract namespace, unix(7).
        return new UnixDomainSocketEndPoint(path.StartsWith('@') ? '\0' + path[1..] : path);
    }
}
