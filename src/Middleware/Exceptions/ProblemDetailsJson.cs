using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace CrashShield.Middleware.Exceptions;

/// <summary>Problem details with what CrashShield adds to them: in an application that is trimmed, no JSON is known but what is listed somewhere.</summary>
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(DateTime))]
internal sealed partial class ProblemDetailsJson : JsonSerializerContext;
