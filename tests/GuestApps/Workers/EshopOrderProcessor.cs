using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Microsoft.Extensions.Options;

namespace CrashShield.GuestApps.Workers;

internal static class EshopOrderProcessor
{
    public static Guest Guest { get; } = new("eshop-orderprocessor", GuestKind.Worker, "eShop, OrderProcessor", Build) { Work = 1 };

    private static IHost Build(GuestSetup setup)
    {
        var builder = setup.CreateHostBuilder("--GracePeriodTime=1", "--CheckUpdateTime=3600");
        builder.Services.AddOptions<BackgroundTaskOptions>().Bind(builder.Configuration).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHostedService<GracePeriodManager>();
        setup.Add(builder.Services, builder.Configuration, isWeb: false);
        return builder.Build();
    }

    internal sealed class BackgroundTaskOptions
    {
        public int GracePeriodTime { get; set; }

        public int CheckUpdateTime { get; set; }
    }

    private sealed class GracePeriodManager(IOptions<BackgroundTaskOptions> options, ILogger<GracePeriodManager> logger) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            stoppingToken.Register(() => SeenLog.Note("told to stop"));
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    throw new TimeoutException("the database is away");
                }
                catch (TimeoutException e)
                {
                    logger.LogError(e, "Fatal error establishing database connection");
                }

                RequestCount.Begin();
                await Task.Delay(TimeSpan.FromSeconds(options.Value.CheckUpdateTime), stoppingToken);
            }
        }
    }
}
