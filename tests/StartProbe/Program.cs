using CrashShield.StartProbe;

// StartProbe bare|shield|hanging [settings…]: the smallest service there is, without CrashShield, with it, and with sources that hang.
var builder = WebApplication.CreateBuilder(args[1..]);
if (args[0] != "bare")
    Shielded.Add(builder, isHanging: args[0] == "hanging");

var app = builder.Build();
if (args[0] != "bare")
    Shielded.Use(app);
app.MapGet("/", () => "ok");
// Both readings in one request: what a request allocates is not between them.
app.MapGet("/idle-bytes", async (double seconds) =>
{
    var before = GC.GetTotalAllocatedBytes(precise: true);
    await Task.Delay(TimeSpan.FromSeconds(seconds));
    return GC.GetTotalAllocatedBytes(precise: true) - before;
});
app.MapGet("/assemblies", () => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name));
// As container builders and mappers do that look for types in all that is loaded.
app.MapGet("/types", () => AppDomain.CurrentDomain.GetAssemblies().Sum(assembly => assembly.GetTypes().Length));
app.Run();
