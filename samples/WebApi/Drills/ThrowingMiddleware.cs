namespace WebApi.Drills;

internal static class ThrowingMiddleware
{
    public static void UseThrowingMiddleware(this WebApplication app) => app.Use((context, next) => context.Request.Path == "/drill/throw-middleware"
        ? throw new InvalidOperationException("A middleware failed.")
        : next(context));
}
