using CrashShield.Load;

try
{
    var options = LoadOptions.Parse(args);
    var result = options.Rate is null ? await new ClosedLoop(options).RunAsync() : await new OpenLoop(options).RunAsync();
    Console.WriteLine(result.ToJson());
    return 0;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 64;
}
