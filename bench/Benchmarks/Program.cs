using BenchmarkDotNet.Running;
using CrashShield.Benchmarks.ErrorPath;

switch (args)
{
    case ["--error-path"]:
        InterleavedErrorPath.Run();
        break;
    case [SideProcess.Argument, var side, var tracing, var handler]:
        await SideProcess.ServeAsync(side, tracing == "traced", handler == "async");
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
