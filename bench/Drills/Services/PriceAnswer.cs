using System.Net;

namespace CrashShield.Drills.Services;

/// <summary>What a client got, if anything, and after how long.</summary>
internal sealed record PriceAnswer(HttpStatusCode? Status, double Ms);
