using System.Runtime.CompilerServices;
using CrashShield.Hosting;
using CrashShield.Hosting.Configuration;
using CrashShield.Middleware.Metrics;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;

namespace CrashShield.Middleware;

/// <summary>
/// Has another processor load and compile what <c>UseCrashShield()</c> will need, while the application adds its own services. It is all needed soon after, so that nothing is done in vain, and where there is one
/// processor nothing is gained.
/// </summary>
internal static class EarlyLoad
{
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1)
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Load(), null);
    }

    private static void Load()
    {
        try
        {
            Touch(typeof(ICorsService));
            Touch(typeof(IPolicyEvaluator));
            Touch(typeof(EnableRateLimitingAttribute));
            var options = new CrashShieldOptions();
            SettingsBinder.Bind(new ConfigurationBuilder().Build().GetSection(ConfigurationKey.Section), options, []);
            new CrashShieldOptionsValidator().Validate(name: null, options);
            RuntimeHelpers.RunClassConstructor(typeof(PrometheusBridge).TypeHandle);
        }
        catch (Exception)
        {
            // It fails again where it is needed, and is told there.
        }
    }

    // Out of line, or the type would be loaded with the method that asks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Touch(Type type) => _ = type.Assembly;
}
