using CrashShield.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Who is told reasons: they may name servers and quote exceptions.</summary>
internal sealed class HealthDetails(IOptions<CrashShieldOptions> options, IHostEnvironment environment)
{
    private readonly int? _port = options.Value.Endpoints.ManagementPort;
    private readonly string? _policy = options.Value.Endpoints.DetailsPolicy;
    private readonly bool _isDevelopment = environment.IsDevelopment();

    /// <summary>Ends the start where the policy is none of the application's. One that is looked up elsewhere is looked up with the first request.</summary>
    /// <exception cref="InvalidOperationException">There is no such policy.</exception>
    public void Check(IServiceProvider services)
    {
        if (_policy is not null && PolicyAsync(services, _policy) is { IsCompleted: true } policy)
            _ = policy.GetAwaiter().GetResult();
    }

    public async ValueTask<bool> AreForAsync(HttpContext context) =>
        _isDevelopment || context.Connection.LocalPort == _port || (_policy is not null && await IsAuthorizedAsync(context, _policy).ConfigureAwait(false));

    // Here and not by the endpoint's metadata: the word alone is for everybody.
    private static async Task<bool> IsAuthorizedAsync(HttpContext context, string name)
    {
        var policy = await PolicyAsync(context.RequestServices, name).ConfigureAwait(false);
        if (policy.AuthenticationSchemes.Count == 0 && context.User.Identity?.IsAuthenticated != true)
            await AuthenticateByDefaultAsync(context).ConfigureAwait(false);
        var evaluator = context.RequestServices.GetRequiredService<IPolicyEvaluator>();
        var authenticated = await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false);
        return (await evaluator.AuthorizeAsync(policy, authenticated, context, resource: context).ConfigureAwait(false)).Succeeded;
    }

    // The authentication middleware does it for endpoints, and probes are answered in front of it.
    private static async Task AuthenticateByDefaultAsync(HttpContext context)
    {
        if (context.RequestServices.GetService<IAuthenticationSchemeProvider>() is not { } schemes || await schemes.GetDefaultAuthenticateSchemeAsync().ConfigureAwait(false) is not { } scheme)
            return;

        var result = await context.AuthenticateAsync(scheme.Name).ConfigureAwait(false);
        if (result.Succeeded)
            context.User = result.Principal;
    }

    private static async Task<AuthorizationPolicy> PolicyAsync(IServiceProvider services, string name) =>
        (services.GetService<IAuthorizationPolicyProvider>() is { } policies ? await policies.GetPolicyAsync(name).ConfigureAwait(false) : null)
        ?? throw new InvalidOperationException(
            $"CrashShield:Endpoints:DetailsPolicy is '{name}', and there is no such authorization policy: add it with AddAuthorization(o => o.AddPolicy(\"{name}\", …)), or clear the setting.");
}
