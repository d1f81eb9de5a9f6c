using CrashShield.Hosting.Cleanup;
using CrashShield.Hosting.Handoff;
using WebApi;
using WebApi.Drills;
using WebApi.Orders;

var builder = WebApplication.CreateBuilder(args);
builder.AddCrashShield(shield => shield.Exceptions
    .Map<OutOfStockException>(StatusCodes.Status409Conflict)
    .Map<TimeoutException>(StatusCodes.Status504GatewayTimeout)
    .Map<DependencyDownException>(StatusCodes.Status503ServiceUnavailable));
// What cannot be bound fails as everything else does, with a reason, a count and a log line; by default the framework answers it with an empty 400.
builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SampleJson.Default));
builder.Services.AddSingleton<OrderStore>();
builder.Services.AddSupervisedService<OrderAuditor>();
builder.Services.AddShutdownStep("checkpoint-orders", dependsOn: ShutdownSteps.Drain, (services, _) =>
{
    services.GetRequiredService<OrderStore>().Checkpoint();
    return default;
});
if (builder.Configuration["StartDrill"] is not null)
{
    builder.Services.AddHostedService<StartDrill>();
    builder.Services.AddHealthChecks().AddCheck<StartDrill>("start-drill");
}

var app = builder.Build();
app.UseCrashShield();
app.MapOrders();
app.MapGet("/version", () => new WorkerVersion(Environment.ProcessId, WorkerBuild.CurrentGeneration, typeof(Order).Assembly.GetName().Version?.ToString()));
if (app.Configuration.GetValue("Drills", app.Environment.IsDevelopment()))
{
    app.UseThrowingMiddleware();
    app.UseWebSockets();
    app.MapDrills();
}

app.Run();
