using System.Text;

namespace CrashShield.Hosting.Failures;

/// <summary>
/// Turns an exception into text of a bounded length whatever its members do. <see cref="Exception.ToString"/> recurses into
/// inner exceptions, copying each level into the next, and calls members that user code may override.
/// </summary>
internal static class ExceptionText
{
    /// <summary>How many exceptions of a chain or an aggregate are shown.</summary>
    public const int MaxExceptions = 32;

    /// <summary>How long the whole text may get, in characters.</summary>
    public const int MaxLength = 65_536;

    private const int MaxMessageLength = 8_192;
    private const string CutMark = " …";

    /// <summary>The message, cut to a length that a log line and a span can carry.</summary>
    public static string Message(Exception exception) => exception is AggregateException aggregate && !IsSmall(aggregate)
        ? $"{aggregate.InnerExceptions.Count} exceptions."
        : Cut(Read(exception, static e => e.Message), MaxMessageLength);

    /// <summary>Type, message and stack of the exception and of what it was caused by, outermost first.</summary>
    public static string Render(Exception exception)
    {
        var text = new StringBuilder();
        var pending = new Stack<Exception>();
        pending.Push(exception);
        for (var shown = 0; pending.TryPop(out var next); shown++)
        {
            if (shown == MaxExceptions || text.Length >= MaxLength)
            {
                text.AppendLine(" ---> more exceptions are not shown");
                break;
            }

            text.Append(shown == 0 ? "" : " ---> ").Append(next.GetType().FullName).Append(": ").AppendLine(Message(next));
            if (Read(next, static e => e.StackTrace) is { Length: > 0 } stack)
                text.AppendLine(stack);
            foreach (var inner in InnerOf(next).Reverse())
                pending.Push(inner);
        }

        return Cut(text.ToString(), MaxLength);
    }

    /// <summary>At most <see cref="MaxExceptions"/> direct causes.</summary>
    public static IEnumerable<Exception> InnerOf(Exception exception) => exception switch
    {
        AggregateException aggregate => aggregate.InnerExceptions.Take(MaxExceptions),
        { InnerException: { } inner } => [inner],
        _ => [],
    };

    // The message of an aggregate is those of all its parts, and of theirs: the same part at each of n levels counts 2^n times.
    private static bool IsSmall(AggregateException aggregate)
    {
        var budget = MaxExceptions;
        return IsWithin(aggregate, ref budget);

        static bool IsWithin(Exception exception, ref int budget)
        {
            if (--budget < 0)
                return false;
            if (exception is not AggregateException { InnerExceptions: var parts })
                return true;
            foreach (var part in parts)
            {
                if (!IsWithin(part, ref budget))
                    return false;
            }

            return true;
        }
    }

    private static string Read(Exception exception, Func<Exception, string?> member)
    {
        try
        {
            return member(exception) ?? "";
        }
        catch (Exception thrown)
        {
            return $"({thrown.GetType().FullName} while reading it)";
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), CutMark);
}
