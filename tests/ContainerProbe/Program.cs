using CrashShield.Hosting.Containers;

// ContainerProbe <root> [settings…]: a service whose kernel's files are in a tree of their own.
var builder = WebApplication.CreateBuilder(args[1..]);
builder.Services.AddSingleton(new KernelRoot(args[0]));
builder.AddCrashShield();

var app = builder.Build();
app.UseCrashShield();
app.MapGet("/until-stopping", async (IHostApplicationLifetime lifetime) =>
{
    Console.WriteLine("in flight");
    var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
    await stopping.Task;
    return "done";
});
app.Run();

// What the program returns is not what the process is to exit with.
return 0;
