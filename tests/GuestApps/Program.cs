using CrashShield.GuestApps.Running;

// GuestApps --app NAME --shield none|handler|shield --environment Production|Development [--list]
// Prints one line of JSON when the application listens, one for each command on the standard input, and one when it has ended.
var arguments = new ConfigurationBuilder().AddCommandLine(args).Build();
if (arguments["app"] is not { } name || GuestCatalog.Find(name) is not { } guest)
{
    foreach (var known in GuestCatalog.All)
        Console.Error.WriteLine($"{known.Name}: {known.Kind}, {known.Source}");
    return 64;
}

return await GuestProcess.RunAsync(guest, GuestSetup.Of(arguments));
