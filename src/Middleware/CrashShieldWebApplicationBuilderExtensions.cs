using CrashShield.Hosting;
using CrashShield.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds CrashShield to a web application.</summary>
public static class CrashShieldWebApplicationBuilderExtensions
{
    /// <summary>Adds CrashShield, bound to the configuration section <c>CrashShield</c>.</summary>
    /// <param name="builder">The builder of the web application.</param>
    /// <param name="configure">Settings made in code; they override the configuration.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddCrashShield(this WebApplicationBuilder builder, Action<CrashShieldOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        EarlyLoad.Begin();
        builder.Services.AddCrashShield(builder.Configuration, configure).AddCrashShieldMiddleware();
        return builder;
    }
}
