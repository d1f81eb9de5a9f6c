using System.Runtime.CompilerServices;
using CrashShield.Hosting.Supervision;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CrashShield.CleanupProbe;

/// <summary>The ways to end the process, by the name that the tests give.</summary>
internal static class Endings
{
    public static void WaitForEver()
    {
        Console.WriteLine("ready");
        using var never = new ManualResetEventSlim();
        never.Wait();
    }

    public static void End(string name, Scope scope, IHost host)
    {
        switch (name)
        {
            case "return":
                scope.Around(static () => { });
                break;
            case "caught":
                Catch(() => scope.Around(Throw));
                break;
            case "unhandled":
                scope.Around(Throw);
                break;
            case "unhandled-async":
                // What the compiler makes of `async Task Main`.
                scope.AroundAsync(ThrowAsync).GetAwaiter().GetResult();
                break;
            case "unhandled-thread":
                Join(new Thread(() => scope.Around(Throw)));
                break;
            case "background-thread":
                LeaveBehind(scope);
                break;
            case "exit":
                scope.Around(static () => Environment.Exit(7));
                break;
            case "fail-fast":
                scope.Around(static () => Environment.FailFast("The probe fails fast."));
                break;
            case "stop-application":
                host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
                scope.Around(host.WaitForShutdown);
                break;
            case "background-service-throws":
                scope.Around(host.WaitForShutdown);
                break;
            case "wait":
            case "wait-without-snapshot":
                scope.Around(() =>
                {
                    Console.WriteLine("ready");
                    host.WaitForShutdown();
                });
                break;
            case "task":
                Supervise(host, _ => Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
                goto case "wait";
            case "endless-task":
                Supervise(host, token => Task.Delay(Timeout.Infinite, token));
                goto case "wait";
            case "wait-for-ever":
                new Thread(static () => Thread.Sleep(Timeout.Infinite)).Start();
                goto case "wait";
            case "abort":
                scope.Around(NativeMethods.Abort);
                break;
            case "native-segv":
                scope.Around(static () => NativeMethods.StringLength(1));
                break;
            case "stack-overflow":
                scope.Around(static () => Recurse(1));
                break;
            default:
                throw new ArgumentException($"There is no ending '{name}'.", nameof(name));
        }
    }

    // A task that the stop is to wait for.
    private static void Supervise(IHost host, Func<CancellationToken, Task> work) =>
        host.Services.GetRequiredService<ITaskSupervisor>().Run(
            "work",
            async token =>
            {
                try
                {
                    await work(token);
                    Console.WriteLine("task ended");
                }
                catch (OperationCanceledException)
                {
                    Console.WriteLine("task cancelled");
                }
            },
            waitForEnd: true);

    private static void Throw() => throw new InvalidOperationException("The probe throws.");

    private static async Task ThrowAsync()
    {
        await Task.Yield();
        Throw();
    }

    private static void Catch(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidOperationException)
        {
            Console.WriteLine("caught");
        }
    }

    private static void Join(Thread thread)
    {
        thread.Start();
        thread.Join();
    }

    private static void LeaveBehind(Scope scope)
    {
        using var inside = new ManualResetEventSlim();
        new Thread(() => scope.Around(() =>
        {
            inside.Set();
            WaitForEver();
        }))
        { IsBackground = true }.Start();
        inside.Wait();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Recurse(int depth) => Recurse(depth + 1) + depth;
}
