using CrashShield.Hosting;
using CrashShield.Middleware.Admission;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Tests.Admission;

public class AdmissionAllocationTests
{
    private const int Requests = 1_000;

    [Theory]
    [InlineData("GET", "/order")]
    [InlineData("GET", "/order/ping/")]
    [InlineData("GET", "/ops/configured/")]
    [InlineData("OPTIONS", "/order")]
    public void LookingForAReasonToLetARequestInAllocatesNothing(string method, string path)
    {
        var options = Options.Create(new CrashShieldOptions());
        options.Value.Admission.ProbePaths.Add("/ops/configured");
        using var services = new ServiceCollection().AddLogging().AddCors().BuildServiceProvider();
        var probes = new OwnProbes(options, TimeProvider.System);
        var origins = new CrossOrigin(services.GetServices<ICorsService>(), TimeProvider.System);
        var sessions = new SessionClassifier(options);
        var context = new DefaultHttpContext { Request = { Method = method, Path = path } };
        context.Request.Headers.Origin = "https://shop.example";
        context.Request.Headers.AccessControlRequestMethod = "PUT";
        context.Request.Headers.Cookie = new(["theme=dark", ".AspNetCore.Session="]);
        context.Request.Headers["X-Api-Key"] = "";

        void Look()
        {
            for (var i = 0; i < Requests; i++)
            {
                Assert.True(sessions.IsNewSession(context));
                _ = origins.IncludePreflight(context.Request, endpoint: null);
                _ = probes.Include(context.Request, endpoint: null);
                origins.Learn(context);
            }
        }

        Look();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Look();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
