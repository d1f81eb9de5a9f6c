using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Configuration;

[OptionsValidator]
internal sealed partial class CrashShieldOptionsValidator : IValidateOptions<CrashShieldOptions>;
