using System.Runtime.CompilerServices;
using CrashShield.GuestApps.Plays;

namespace CrashShield.GuestApps.Running;

/// <summary>An application as somebody has written it who knows nothing of CrashShield.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Kind">What it is made with.</param>
/// <param name="Source">The template or public report that it reproduces.</param>
/// <param name="Build">Makes the host; the setup says what stands in the place of the shield.</param>
/// <param name="File">Where it stands, so that a change of it is known to touch it.</param>
internal sealed record Guest(
    string Name, GuestKind Kind, string Source, Func<GuestSetup, IHost> Build, [CallerFilePath] string File = "")
{
    /// <summary>The requests that are sent to it, one after the other.</summary>
    public IReadOnlyList<Play> Plays { get; init; } = [];

    public Listening Listens { get; init; }

    public Ending Ends { get; init; }

    /// <summary>How many pieces of work a worker notes as begun before it may be ended.</summary>
    public int Work { get; init; }

    /// <summary>Whether it is of the fixed third that every build runs.</summary>
    public bool IsShort { get; init; }

    /// <summary>The folders of src that it is most about: a change of them runs it.</summary>
    public IReadOnlyList<string> About { get; init; } = [];
}
