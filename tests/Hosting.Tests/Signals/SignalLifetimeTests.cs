using CrashShield.Hosting.Signals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CrashShield.Hosting.Tests.Signals;

public class SignalLifetimeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TakesTheConsolesPlaceAndTellsTheSame(bool suppress)
    {
        var log = new Supervision.LogRecords();
        using (var host = Build(log, services => services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = suppress)))
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            Assert.IsType<SignalLifetime>(host.Services.GetRequiredService<IHostLifetime>());
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        string[] expected = ["Application started. Press Ctrl+C to shut down.", "Hosting environment: {EnvName}", "Content root path: {ContentRoot}", "Application is shutting down..."];
        var told = log.All.Where(record => expected.Contains(record["{OriginalFormat}"])).ToArray();
        Assert.Equal(suppress ? [] : expected, told.Select(record => record["{OriginalFormat}"]));
        // Collectors of logs match by number, and the console's lifetime gives its events neither number nor name.
        Assert.All(told, record => Assert.Equal((LogLevel.Information, 0, null), (record.Level, record.Event.Id, record.Event.Name)));
        if (!suppress)
            Assert.Equal(("Production", true), (told[1]["EnvName"], Directory.Exists(told[2]["ContentRoot"])));
    }

    [Fact]
    public void AnotherLifetimeStaysWheneverItWasAdded()
    {
        using var before = Build(new(), _ => { }, services => services.AddSingleton<IHostLifetime, Other>());
        using var after = Build(new(), services => services.AddSingleton<IHostLifetime, Other>());

        Assert.IsType<Other>(before.Services.GetRequiredService<IHostLifetime>());
        Assert.IsType<Other>(after.Services.GetRequiredService<IHostLifetime>());
    }

    private static IHost Build(Supervision.LogRecords log, Action<IServiceCollection> after, Action<IServiceCollection>? before = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Production" });
        builder.Logging.AddProvider(log);
        before?.Invoke(builder.Services);
        builder.Services.AddCrashShield(builder.Configuration);
        after(builder.Services);
        return builder.Build();
    }

    private sealed class Other : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
