using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Configuration;

/// <summary>A host with nothing but CrashShield and the configuration that a test gives it.</summary>
internal static class ConfiguredHost
{
    public static IHost Build(Action<IConfigurationManager> configure, Action<CrashShieldOptions>? options = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection();
        configure(builder.Configuration);
        builder.Services.AddCrashShield(builder.Configuration, options);
        return builder.Build();
    }

    public static CrashShieldOptions Options(IHost host) => host.Services.GetRequiredService<IOptions<CrashShieldOptions>>().Value;

    /// <summary>The errors that the start ends with.</summary>
    public static async Task<IReadOnlyList<string>> Refused(Action<IConfigurationManager> configure)
    {
        using var host = Build(configure);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        return [.. error.Failures];
    }
}
