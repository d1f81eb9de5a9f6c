using Microsoft.Extensions.Configuration;

namespace CrashShield.Middleware.Tests.Exceptions;

public class AllocationTests
{
    private const int Requests = 1_000;

    [Fact]
    public void RequestThatDoesNotFailAllocatesNothing()
    {
        var pipeline = Build(shielded: true, _ => Task.CompletedTask);
        var context = new DefaultHttpContext();
        for (var i = 0; i < Requests; i++)
            Assert.True(pipeline(context).IsCompletedSuccessfully);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
            _ = pipeline(context);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task AsyncRequestAllocatesAtMost200Bytes()
    {
        var shielded = await MeasureAsync(Build(shielded: true, Yield));
        var bare = await MeasureAsync(Build(shielded: false, Yield));

        Assert.InRange(shielded - bare, 1, 200);

        static async Task Yield(HttpContext context) => await Task.Yield();
    }

    private static RequestDelegate Build(bool shielded, RequestDelegate endpoint)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<Microsoft.Extensions.Hosting.IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment())
            .AddCrashShield(new ConfigurationBuilder().Build())
            .AddCrashShieldMiddleware();
        var app = new ApplicationBuilder(services.BuildServiceProvider());
        if (shielded)
            app.UseCrashShield();
        app.Run(endpoint);
        return app.Build();
    }

    // The least of several rounds: what else runs in the process allocates too.
    private static async Task<double> MeasureAsync(RequestDelegate pipeline)
    {
        var context = new DefaultHttpContext();
        var least = double.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Requests; i++)
                await pipeline(context);
            least = Math.Min(least, (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
        }

        return least;
    }
}
