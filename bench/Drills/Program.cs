using CrashShield.Drills;

if (DrillOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("usage: drill.sh NAME [--short] [--tracing] [--seed N] [--only PART,PART]");
    foreach (var drill in DrillOptions.Drills)
        Console.Error.WriteLine($"  {drill.Name,-12} {drill.Description}");
    return 64;
}

using var stop = new StopSignals();
try
{
    var report = await options.Drill.RunAsync(options, stop.Token);
    return report.Print();
}
catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
