using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Endpoints;

/// <summary>Our endpoints at the root of the application, by path, and whose each path is.</summary>
internal sealed class ManagementRoutes
{
    private readonly Dictionary<string, ManagementRoute> _routes = ManagementPaths.All.ToDictionary(
        static path => path, static path => new ManagementRoute(), StringComparer.OrdinalIgnoreCase);

    public bool IsMapped { get; private set; }

    /// <summary>Marks the endpoints as mapped. False when they were already.</summary>
    public bool TryMap() => !IsMapped && (IsMapped = true);

    /// <summary>The route of a path of ours; <see langword="null"/> when it is none, or is not served at the root.</summary>
    /// <param name="path">The path of a request.</param>
    public ManagementRoute? Find(PathString path) =>
        ManagementPaths.MayContain(path.Value) && _routes.GetValueOrDefault(path.Value!.TrimEnd('/')) is { Serve: not null } route ? route : null;

    /// <summary>Our endpoint is mapped there.</summary>
    public void Map(string path, RequestDelegate serve) => _routes[path].Serve = serve;
}
