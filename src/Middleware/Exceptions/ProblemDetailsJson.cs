using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Problem details with what CrashShield adds to them, for an application whose own JSON knows none: it is trimmed, and has not called <c>AddProblemDetails</c>.</summary>
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(DateTime))]
internal sealed partial class ProblemDetailsJson : JsonSerializerContext;
