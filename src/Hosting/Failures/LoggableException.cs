using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace CrashShield.Hosting.Failures;

/// <summary>
/// Stands in for an exception that a log provider could choke on: one whose members throw, with a huge message,
/// or with thousands of inner exceptions.
/// </summary>
internal sealed class LoggableException : Exception
{
    private static readonly ConcurrentDictionary<Type, bool> OverridesText = new();

    private readonly string _text;

    private LoggableException(Exception original)
        : base($"{original.GetType().FullName}: {ExceptionText.Message(original)}") => _text = ExceptionText.Render(original);

    /// <summary>The exception itself when any provider can write it, else a stand-in with its bounded text.</summary>
    public static Exception Of(Exception exception)
    {
        try
        {
            return IsHarmless(exception) ? exception : new LoggableException(exception);
        }
        catch (Exception)
        {
            // Nothing is known that makes the check fail; but it is made of exceptions that want to.
            return new LoggableException(exception);
        }
    }

    public override string ToString() => _text;

    private static bool IsHarmless(Exception exception)
    {
        var budget = ExceptionText.MaxExceptions;
        return IsHarmless(exception, ref budget);
    }

    private static bool IsHarmless(Exception exception, ref int budget)
    {
        if (--budget < 0)
            return false;

        if (exception is AggregateException aggregate)
        {
            if (aggregate.InnerExceptions.Count > budget)
                return false;
            foreach (var inner in aggregate.InnerExceptions)
            {
                if (!IsHarmless(inner, ref budget))
                    return false;
            }
        }
        else if (exception.InnerException is { } inner && !IsHarmless(inner, ref budget))
        {
            return false;
        }

        return OverridesText.GetOrAdd(exception.GetType(), static type => HasOwnText(type))
            ? CanBeWritten(exception)
            : exception.Message.Length <= ExceptionText.MaxLength;
    }

    // Members that only the framework wrote are trusted; anybody else's are tried once before a provider meets them.
    // Native code does not know who has overridden what: there only the core library's types are trusted.
    private static bool HasOwnText(Type type) => type.Assembly != typeof(Exception).Assembly
        && (!RuntimeFeature.IsDynamicCodeSupported || IsForeign(type, "get_Message") || IsForeign(type, "get_StackTrace") || IsForeign(type, nameof(ToString)));

    // By method: a property that hides another of a different type cannot be looked up by its name.
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "All three are virtual and called: an override that is trimmed is one of a type that nobody creates.")]
    private static bool IsForeign(Type type, string method) =>
        type.GetMethod(method, Type.EmptyTypes)?.DeclaringType?.Assembly != typeof(Exception).Assembly;

    private static bool CanBeWritten(Exception exception)
    {
        try
        {
            return exception.ToString()?.Length <= ExceptionText.MaxLength && exception.Message is not null && exception.StackTrace is not "";
        }
        catch (Exception)
        {
            return false;
        }
    }
}
