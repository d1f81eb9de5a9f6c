using BenchmarkDotNet.Attributes;
using CrashShield.Benchmarks.Capture;
using CrashShield.Hosting.Circuit;

namespace CrashShield.Benchmarks.Admission;

/// <summary>What it costs to refuse a request, from the pipeline's first stage to the written answer.</summary>
[MemoryDiagnoser]
public class RefusalCost
{
    private readonly ReusedContext _request = new();
    private RequestDelegate _shield = null!;

    [GlobalSetup]
    public void SetUp() => _shield = Pipelines.Build(
        static _ => throw new InvalidOperationException("Nobody gets here while the circuit is open."),
        services => services.AddCrashShield(new ConfigurationBuilder().Build()).AddCrashShieldMiddleware(),
        app =>
        {
            app.UseCrashShield();
            app.ApplicationServices.GetRequiredService<HealthCircuit>().Hold(CircuitLevel.Open, "benchmark");
        });

    [Benchmark]
    public async Task Refused()
    {
        var context = _request.Reset();
        await _shield(context);
        if (context.Response.StatusCode != StatusCodes.Status503ServiceUnavailable || _request.BytesWritten < 100)
            throw new InvalidOperationException($"{context.Response.StatusCode}, {_request.BytesWritten} bytes: this measures something else.");
    }
}
