using CrashShield.GuestApps.Seen;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CrashShield.GuestApps.Pages;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShopExceptionFilterAttribute : ExceptionFilterAttribute
{
    public override void OnException(ExceptionContext context)
    {
        SeenLog.Note($"filter: {context.Exception.Message}");
        if (context.Exception is ArgumentException)
            context.Result = new ObjectResult(new { error = context.Exception.Message }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
    }
}
