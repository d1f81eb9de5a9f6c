namespace CrashShield.Init.Upgrade;

/// <summary>What one image of the init passes to the next, in an environment variable of the same process.</summary>
internal sealed record Takeover
{
    public const string Variable = "CRASHSHIELD_INIT_STATE";

    /// <summary>Of the JSON; an image takes over only what it can read.</summary>
    public const int Format = 1;

    public int Generation { get; init; }

    /// <summary>After deaths, in all.</summary>
    public int Restarts { get; init; }

    /// <inheritdoc cref="WorkerBounds.Hello"/>
    public TimeSpan Hello { get; init; }

    public required WorkerRecord Serving { get; init; }

    public WorkerRecord? Spare { get; init; }

    public IReadOnlyList<ListenerRecord> Listeners { get; init; } = [];

    /// <summary>The control socket; -1 for none.</summary>
    public int Control { get; init; } = -1;

    /// <summary>Of the control socket's file.</summary>
    public ulong? ControlInode { get; init; }

    /// <summary>Who asked for it over the control socket and waits for the answer.</summary>
    public int Client { get; init; } = -1;

    /// <summary>Everything that has to stay open.</summary>
    public IEnumerable<int> Descriptors
    {
        get
        {
            IEnumerable<int> all = [Serving.Descriptor, Spare?.Descriptor ?? -1, Control, Client, .. Listeners.Select(listener => listener.Descriptor)];
            return all.Where(descriptor => descriptor >= 0);
        }
    }
}
