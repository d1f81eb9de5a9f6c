using System.Net;
using CrashShield.Hosting.Configuration;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Endpoints;

/// <summary>Refuses an address without a port: nothing would be opened there.</summary>
internal sealed class EndpointOptionsRules : IValidateOptions<CrashShieldOptions>
{
    private const string Key = $"{ConfigurationKey.Section}:{nameof(CrashShieldOptions.Endpoints)}:";

    public ValidateOptionsResult Validate(string? name, CrashShieldOptions options) =>
        options.Endpoints is { ManagementPort: null, ManagementAddress: var address } && IPAddress.TryParse(address, out _)
            ? ValidateOptionsResult.Fail(ConfigurationKey.Error(
                Key + nameof(EndpointOptions.ManagementAddress), address, $"left out, or have {Key}{nameof(EndpointOptions.ManagementPort)} beside it: an address without a port opens nothing"))
            : ValidateOptionsResult.Success;
}
