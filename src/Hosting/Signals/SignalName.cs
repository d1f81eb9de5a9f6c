using System.Globalization;

namespace CrashShield.Hosting.Signals;

/// <summary>
/// Signals by name and number, signal(7). Only those that neither the kernel, the runtime nor a terminal sends: 34 (35 with musl) is what .NET stops its threads with.
/// </summary>
internal static class SignalName
{
    /// <summary>No signal.</summary>
    public const int None = 0;

    public const int HangUp = 1;

    public const int Quit = 3;

    private const int FirstRealTime = 36;
    private const int LastRealTime = 64;

    private static readonly (string Name, int Number)[] Known = OperatingSystem.IsMacOS()
        ? [("HUP", HangUp), ("QUIT", Quit), ("USR1", 30), ("USR2", 31)]
        : [("HUP", HangUp), ("QUIT", Quit), ("USR1", 10), ("USR2", 12)];

    /// <summary>The number of a signal that may be taken, or <see cref="None"/>.</summary>
    public static bool TryParse(string text, out int number)
    {
        number = None;
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given))
        {
            number = given;
            return Array.Exists(Known, known => known.Number == given) || (given is >= FirstRealTime and <= LastRealTime && !OperatingSystem.IsMacOS());
        }

        var name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        number = Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Number;
        return number != None;
    }

    public static string Of(int number) =>
        Array.Find(Known, known => known.Number == number).Name is { } name ? "SIG" + name : string.Create(CultureInfo.InvariantCulture, $"signal {number}");
}
