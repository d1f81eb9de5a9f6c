using System.Diagnostics.Metrics;
using System.Reflection;
using CrashShield.Hosting.Telemetry;
using CrashShield.Middleware.Metrics;

namespace CrashShield.Middleware.Tests.Metrics;

/// <summary>Compares the instruments that an application creates with the table in docs/telemetry.md, in both directions.</summary>
public class InstrumentTableTests
{
    [Fact]
    public async Task EachInstrumentIsInTheTableUnderBothItsNamesAndNoOther()
    {
        await using var app = await ShieldedApp.StartAsync(
            app => app.UseCrashShield(), build: builder => builder.Services.AddSupervisedService<Idle>());
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        var instruments = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                // Other tests' applications have meters of the same name.
                if (instrument.Meter.Name == TelemetryNames.Meter && ReferenceEquals(instrument.Meter.Scope, factory))
                    instruments.Add(Row(instrument));
            },
        };
        listener.Start();

        Assert.Equal(Rows(), instruments.Order(StringComparer.Ordinal));
    }

    private static string Row(Instrument instrument) =>
        $"{instrument.Name} {PrometheusName.OfInstrument(instrument, isCounter: instrument is Counter<long>)}";

    private static IEnumerable<string> Rows()
    {
        var docs = typeof(InstrumentTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Docs").Value!;
        return File.ReadLines(Path.Combine(docs, "telemetry.md"))
            .Where(line => line.StartsWith("| `crashshield.", StringComparison.Ordinal))
            .Select(line => line.Split('|'))
            .Select(cells => $"{cells[1].Trim(' ', '`')} {cells[2].Trim(' ', '`')}")
            .Order(StringComparer.Ordinal);
    }

    private sealed class Idle : Microsoft.Extensions.Hosting.BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Delay(Timeout.Infinite, stoppingToken);
    }
}
