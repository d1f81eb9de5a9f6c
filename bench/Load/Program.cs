using CrashShield.Load;

try
{
    var options = LoadOptions.Parse(args);
    var result = options.Rate is not null ? await new OpenLoop(options).RunAsync()
        : options.IsHttp2 ? await new Http2Loop(options).RunAsync()
        : await new ClosedLoop(options).RunAsync();
    Console.WriteLine(result.ToJson());
    return 0;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 64;
}
