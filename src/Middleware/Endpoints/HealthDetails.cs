using CrashShield.Hosting;
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

    public async ValueTask<bool> AreForAsync(HttpContext context) =>
        _isDevelopment || context.Connection.LocalPort == _port || (_policy is not null && await IsAuthorizedAsync(context, _policy).ConfigureAwait(false));

    // Here and not by the endpoint's metadata: the word alone is for everybody.
    private static async Task<bool> IsAuthorizedAsync(HttpContext context, string name)
    {
        var services = context.RequestServices;
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies || services.GetService<IPolicyEvaluator>() is not { } evaluator
            || await policies.GetPolicyAsync(name).ConfigureAwait(false) is not { } policy)
        {
            throw new InvalidOperationException(
                $"CrashShield:Endpoints:DetailsPolicy is '{name}', and there is no such authorization policy: add it with AddAuthorization(o => o.AddPolicy(\"{name}\", …)), or clear the setting.");
        }

        var authenticated = await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false);
        return (await evaluator.AuthorizeAsync(policy, authenticated, context, resource: null).ConfigureAwait(false)).Succeeded;
    }
}
