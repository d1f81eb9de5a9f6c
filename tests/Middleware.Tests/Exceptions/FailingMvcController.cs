using Microsoft.AspNetCore.Mvc;

namespace CrashShield.Middleware.Tests.Exceptions;

/// <summary>A controller, which MVC wants public.</summary>
public sealed class FailingMvcController : ControllerBase
{
    public IActionResult Fail() => throw new InvalidOperationException();
}
