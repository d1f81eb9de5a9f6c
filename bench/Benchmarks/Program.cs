using BenchmarkDotNet.Running;
using CrashShield.Benchmarks.Capture;

if (args is ["--interleaved"])
    await InterleavedErrorPath.RunAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
