using CrashShield.WorkProbe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// WorkProbe <directory> [settings…]: a worker that consumes, supervised, and ticks, as a plain hosted service. What it does is in files of the directory, one line each, with its process id.
var builder = Host.CreateApplicationBuilder(args[1..]);
builder.Services.AddSingleton(new Ledger(args[0]));
builder.Services.AddSupervisedService<Consumer>();
builder.Services.AddHostedService<TickJob>();
builder.Services.AddHostedService<CacheFiller>();
builder.Services.AddHostedService<PlainLoop>();
builder.Services.AddCrashShield(builder.Configuration);
builder.Build().Run();
