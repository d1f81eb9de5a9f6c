using Microsoft.AspNetCore.Authentication;

namespace CrashShield.GuestApps.Pipeline;

internal sealed class HeaderAuthenticationOptions : AuthenticationSchemeOptions;
