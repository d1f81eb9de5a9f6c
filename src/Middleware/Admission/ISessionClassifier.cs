using Microsoft.AspNetCore.Http;

namespace CrashShield.Middleware.Admission;

/// <summary>
/// Tells sessions that go on from new ones, which are refused while the circuit is open. Register your own with <c>services.AddSingleton&lt;ISessionClassifier, T&gt;()</c>. By
/// default a request with a session cookie or an <c>Authorization</c> header belongs to a session.
/// </summary>
public interface ISessionClassifier
{
    /// <summary>Whether the request belongs to no session yet. It must be cheap: it is asked when there is least to spare.</summary>
    /// <param name="context">The request.</param>
    bool IsNewSession(HttpContext context);
}
