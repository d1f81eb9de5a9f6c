using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Reflection;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>Tells the failure of what a service depends on (a broker, a database, the network) from a failure of its own code.</summary>
internal static class DependencyFailure
{
    /// <summary>Whether the exception, or one that it was caused by, is such a failure. Looks at no more than <see cref="ExceptionText.MaxExceptions"/>.</summary>
    public static bool IsIn(Exception exception)
    {
        var pending = new Queue<Exception>([exception]);
        for (var seen = 0; seen < ExceptionText.MaxExceptions && pending.TryDequeue(out var next); seen++)
        {
            if (Is(next))
                return true;
            foreach (var inner in ExceptionText.InnerOf(next))
                pending.Enqueue(inner);
        }

        return false;
    }

    private static bool Is(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException or PathTooLongException or DriveNotFoundException or FileLoadException => false,
        // Wrong data, or data that breaks a constraint (ISO/IEC 9075-2, SQLSTATE): the database has answered.
        DbException { SqlState: ['2', '2' or '3', ..] } => false,
        SocketException or IOException or TimeoutException or HttpRequestException or WebSocketException or DbException or OperationCanceledException => true,
        _ => SaysThatItIsTransient(exception),
    };

    // As ServiceBusException and EventHubsException do.
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Where the property is trimmed away, the failure does not count as transient.")]
    private static bool SaysThatItIsTransient(Exception exception)
    {
        try
        {
            return exception.GetType().GetProperty("IsTransient", BindingFlags.Public | BindingFlags.Instance, null, typeof(bool), [], null)?.GetValue(exception) is true;
        }
        catch (Exception)
        {
            // Two properties of that name, or one that throws: it says nothing.
            return false;
        }
    }
}
