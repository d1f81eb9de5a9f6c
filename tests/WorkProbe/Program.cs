using CrashShield.WorkProbe;

// WorkProbe <kind> <directory> [settings…]: a process that works in the background. What it does is in files of the directory, one line each, with its process id.
var (kind, directory, settings) = (args[0], args[1], args[2..]);
using var host = kind switch
{
    "worker" => Worker(),
    "queue" => QueueApp.Build(new Ledger(directory), settings),
    _ => throw new ArgumentException($"There is no kind '{kind}'.", nameof(args)),
};
host.Run();

// Consumes, supervised, and ticks, as a plain hosted service.
IHost Worker()
{
    var builder = Host.CreateApplicationBuilder(settings);
    builder.Services.AddSingleton(new Ledger(directory));
    builder.Services.AddSupervisedService<Consumer>();
    builder.Services.AddHostedService<TickJob>();
    builder.Services.AddHostedService<CacheFiller>();
    builder.Services.AddHostedService<PlainLoop>();
    if (builder.Configuration["Prepares"] is { } prepares)
        Preparation.AddTo(builder.Services, prepares);
    builder.Services.AddCrashShield(builder.Configuration);
    return builder.Build();
}
