using CrashShield.WorkProbe;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// WorkProbe <directory> [settings…]: a worker that consumes, supervised, and ticks, as a plain hosted service. What it does is in files of the directory, one line each, with its process id.
//   --Broker PORT    it consumes what a broker delivers
//   --Poison NUMBER  a message that it cannot handle
//   --Bug true       its consumer fails as soon as it starts
//   --Shield false   without CrashShield: the consumer is a plain hosted service
var builder = Host.CreateApplicationBuilder(args[1..]);
var isShielded = builder.Configuration.GetValue("Shield", true);
builder.Services.AddSingleton(new Ledger(args[0]));
if (builder.Configuration.GetValue<bool>("Bug"))
    AddConsumer<BrokenConsumer>();
else if (builder.Configuration["Broker"] is not null)
    AddConsumer<BrokerConsumer>();
else
    AddConsumer<Consumer>();
builder.Services.AddHostedService<TickJob>();
if (isShielded)
{
    builder.Services.AddHostedService<CacheFiller>();
    builder.Services.AddHostedService<PlainLoop>();
    builder.Services.AddCrashShield(builder.Configuration);
}

builder.Build().Run();

void AddConsumer<T>()
    where T : BackgroundService
{
    if (isShielded)
        builder.Services.AddSupervisedService<T>();
    else
        builder.Services.AddHostedService<T>();
}
