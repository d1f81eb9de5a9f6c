using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace CrashShield.GuestApps.Running;

/// <summary>Tells when a request begins and when all of it has ended, log entries and measurements of the host included.</summary>
internal sealed class CountingApplication<TContext>(IHttpApplication<TContext> application) : IHttpApplication<TContext>
    where TContext : notnull
{
    public TContext CreateContext(IFeatureCollection contextFeatures)
    {
        RequestCount.Begin();
        return application.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(TContext context) => application.ProcessRequestAsync(context);

    public void DisposeContext(TContext context, Exception? exception)
    {
        try
        {
            application.DisposeContext(context, exception);
        }
        finally
        {
            if (exception is not null)
                SeenLog.Add(SeenKind.Server, $"{exception.GetType().FullName} came up to the server");
            RequestCount.End();
        }
    }
}
