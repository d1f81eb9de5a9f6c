using System.Globalization;
using System.Text;

namespace CrashShield.Hosting.Configuration;

/// <summary>Keeps foreign text within one line of a message.</summary>
internal static class OneLine
{
    private const int Longest = 100;

    public static string Escape(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var character in text)
            _ = IsUnseen(character) ? line.Append(Escape(character)) : line.Append(character);
        return line.ToString();
    }

    public static string CutAndEscape(string text)
    {
        if (text.Length <= Longest)
            return Escape(text);

        // Half of a surrogate pair is no character.
        var end = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return Escape(text[..end]) + "…";
    }

    // Format characters too (a zero-width space, a change of direction): unseen, they hide why a value was refused.
    private static bool IsUnseen(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(char character) => character switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)character:X4}"),
    };
}
