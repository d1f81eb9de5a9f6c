using System.Globalization;

namespace CrashShield.Tests;

/// <summary>A message as a <c>TcpBroker</c> delivers it: a line with its number.</summary>
/// <param name="Message">The message.</param>
/// <param name="IsAgain">Whether it was delivered before and not acknowledged.</param>
internal readonly record struct Delivery(int Message, bool IsAgain)
{
    private const string Again = " again";

    public static Delivery Parse(string line)
    {
        var isAgain = line.EndsWith(Again, StringComparison.Ordinal);
        return new(int.Parse(line.AsSpan(0, line.Length - (isAgain ? Again.Length : 0)), CultureInfo.InvariantCulture), isAgain);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Message}{(IsAgain ? Again : "")}");
}
