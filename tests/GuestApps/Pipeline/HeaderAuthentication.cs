using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>A scheme of an application's own: the user is who the header says, and one user breaks it.</summary>
internal sealed class HeaderAuthentication(IOptionsMonitor<HeaderAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<HeaderAuthenticationOptions>(options, logger, encoder)
{
    public new const string Scheme = "Header";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? user = Request.Headers["X-User"];
        if (user is null)
            return Task.FromResult(AuthenticateResult.NoResult());
        if (user == "broken")
            throw new InvalidOperationException("The directory is away.");

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], Scheme);
        return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Scheme)));
    }
}
