using Services;

// Services NAME [settings…]: one of some small services. With --Shield false it is the same without CrashShield, where the service can do without.
if (args is not [var name, .. var settings] || Service.Find(name) is not { } service)
{
    foreach (var known in Service.All)
        Console.Error.WriteLine($"  {known.Name,-7} {known.Description}");
    return 64;
}

var builder = WebApplication.CreateBuilder(settings);
var isShielded = builder.Configuration.GetValue("Shield", true);
service.Add(builder, isShielded);
if (isShielded)
    builder.AddCrashShield(service.Configure);
var app = builder.Build();
if (isShielded)
    app.UseCrashShield();
service.Map(app);
app.Run();
return 0;
