using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Configuration;

internal sealed class CrashShieldOptionsSetup(IConfiguration configuration) : IConfigureOptions<CrashShieldOptions>
{
    public void Configure(CrashShieldOptions options)
    {
        var errors = new List<string>();
        SettingsBinder.Bind(configuration.GetSection(ConfigurationKey.Section), options, errors);
        if (errors.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(CrashShieldOptions), errors);
    }
}
