namespace CrashShield.WorkProbe;

/// <summary>
/// A worker that consumes, supervised, and ticks, as a plain hosted service. With <c>--Broker PORT</c> it consumes what a broker delivers, <c>--Poison NUMBER</c> is a message that it cannot handle, with
/// <c>--Bug true</c> its consumer fails as soon as it starts, <c>--Prepares TIME</c> adds a <see cref="Preparation"/>, and with <c>--Shield false</c> there is no CrashShield: the consumer is a plain hosted
/// service.
/// </summary>
internal static class WorkerApp
{
    public static IHost Build(Ledger ledger, string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        var isShielded = builder.Configuration.GetValue("Shield", true);
        builder.Services.AddSingleton(ledger);
        if (builder.Configuration.GetValue<bool>("Bug"))
            AddConsumer<BrokenConsumer>(builder.Services, isShielded);
        else if (builder.Configuration["Broker"] is not null)
            AddConsumer<BrokerConsumer>(builder.Services, isShielded);
        else
            AddConsumer<Consumer>(builder.Services, isShielded);
        builder.Services.AddHostedService<TickJob>();
        if (builder.Configuration["Prepares"] is { } prepares)
            Preparation.AddTo(builder.Services, prepares);
        if (isShielded)
        {
            builder.Services.AddHostedService<CacheFiller>();
            builder.Services.AddHostedService<PlainLoop>();
            builder.Services.AddCrashShield(builder.Configuration);
        }

        return builder.Build();
    }

    private static void AddConsumer<T>(IServiceCollection services, bool isSupervised)
        where T : BackgroundService
    {
        if (isSupervised)
            services.AddSupervisedService<T>();
        else
            services.AddHostedService<T>();
    }
}
