using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Configuration;

internal sealed class CrashShieldOptionsSetup(IConfiguration configuration) : IConfigureOptions<CrashShieldOptions>
{
    public void Configure(CrashShieldOptions options)
    {
        var section = configuration.GetSection(ConfigurationKey.Section);
        var errors = ConfigurationCheck.Errors(section, typeof(CrashShieldOptions)).ToArray();
        if (errors.Length > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(CrashShieldOptions), errors);

        section.Bind(options);
    }
}
