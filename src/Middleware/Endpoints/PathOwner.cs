namespace CrashShield.Middleware.Endpoints;

/// <summary>Who serves a path.</summary>
internal enum PathOwner
{
    /// <summary>It has not been asked yet.</summary>
    Unknown,

    /// <summary>Nobody else does.</summary>
    Shield,

    /// <summary>The application, by a middleware or a route of its own.</summary>
    Application,
}
