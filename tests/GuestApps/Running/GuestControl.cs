using System.Text.Json;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Seen;

namespace CrashShield.GuestApps.Running;

/// <summary>
/// Talks to the tests over the standard streams, on a thread of its own, so that no middleware, port or thread of the pool is
/// needed for it. Commands: <c>begun N</c>, <c>seen N</c> (requests in all), <c>head N</c> (the head of a response has arrived), <c>stop</c>. The end of the input means stop.
/// </summary>
internal sealed class GuestControl(IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static void Print(GuestReport report) => Console.Out.WriteLine(JsonSerializer.Serialize(report));

    /// <summary>Tells that the application has started, and takes commands.</summary>
    public void Begin(GuestReport started)
    {
        Print(started with { Seen = SeenLog.Take() });
        new Thread(Run) { IsBackground = true, Name = "guest control" }.Start();
    }

    private void Run()
    {
        while (Console.In.ReadLine() is { } command && command != "stop")
            Print(Answer(command.Split(' ')));
        lifetime.StopApplication();
    }

    private static GuestReport Answer(string[] command)
    {
        if (command[0] == "head")
        {
            ResponseHead.Tell();
            return new GuestReport();
        }

        using var deadline = new CancellationTokenSource(Deadline);
        var count = int.Parse(command[1]);
        var reached = command[0] == "begun"
            ? RequestCount.WaitForBegunAsync(count, deadline.Token)
            : RequestCount.WaitForEndAsync(count, deadline.Token);
        // A thread of its own may wait.
        var isReached = WaitFor(reached);
        var seen = command[0] == "begun" ? [] : SeenLog.Take();
        return new GuestReport { Seen = seen, Failure = isReached ? null : $"not within {Deadline}: {string.Join(' ', command)}" };
    }

    private static bool WaitFor(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
