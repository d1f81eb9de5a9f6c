using CrashShield.Init.Systemd;

namespace CrashShield.Init.Workers;

/// <summary>Tells the log and systemd who serves, each once.</summary>
internal sealed class Announcer(Notifier notifier)
{
    private (Worker? Worker, bool IsPlain) _told;

    /// <summary>Another image of this init has told it.</summary>
    public void Continue(Worker serving) => _told = (serving, !serving.HasSaidHello);

    /// <summary>After a hot restart, whose end the log tells by itself.</summary>
    public void TookOver(Worker worker)
    {
        _told = (worker, false);
        notifier.Status($"{worker} serves");
    }

    /// <returns>Whether it was news.</returns>
    public bool Serves(Worker worker, bool isPlain)
    {
        if (_told == (worker, isPlain))
            return false;
        _told = (worker, isPlain);
        Output.Log(isPlain
            ? $"{worker} has said no hello: a plain program, supervised, and not to be hot-restarted"
            : $"{worker} serves");
        notifier.Ready();
        notifier.Status($"{worker} serves");
        return true;
    }

    /// <summary>Nobody serves, and it is not at once that another is started.</summary>
    public void Waits(string text)
    {
        Output.Log(text);
        notifier.Status(text);
    }

    public void Stopping() => notifier.Stopping();
}
