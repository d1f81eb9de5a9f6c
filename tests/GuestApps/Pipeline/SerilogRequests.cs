using System.Globalization;
using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;
using CrashShield.GuestApps.Seen;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace CrashShield.GuestApps.Pipeline;

internal static class SerilogRequests
{
    public static Guest Guest { get; } = new("serilog", GuestKind.Api, "https://github.com/serilog/serilog-aspnetcore/issues/260", Build)
    {
        About = ["Hosting/Failures"],
        Plays = [Play.Get("/fine"), Play.Get("/broken"), Play.Get("/enriched"), Play.Get("/bad"), Play.Get("/nothing")],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.Services.AddSerilog(logging => logging
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.Sink(new SeenSink()));
        setup.Add(builder);
        var app = builder.Build();
        app.UseSerilogRequestLogging(options => options.EnrichDiagnosticContext = (diagnostics, context) => diagnostics.Set("Host", context.Request.Host.Host));
        setup.Use(app);
        app.MapGet("/fine", () => "fine");
        app.MapGet("/broken", string () => throw new InvalidOperationException("broken"));
        app.MapGet("/bad", string () => throw new BadHttpRequestException("bad"));
        app.MapGet("/enriched", string (IDiagnosticContext diagnostics) =>
        {
            diagnostics.Set("Cart", 7);
            throw new InvalidOperationException("enriched");
        });
        return app;
    }

    private sealed class SeenSink : ILogEventSink
    {
        public void Emit(LogEvent logEvent)
        {
            // What the message itself names is no scope.
            var own = logEvent.MessageTemplate.Tokens.OfType<PropertyToken>().Select(token => token.PropertyName);
            var names = string.Join(' ', logEvent.Properties.Keys.Except(own).Order(StringComparer.Ordinal));
            var thrown = logEvent.Exception is { } exception ? $" | {exception.GetType().FullName}" : "";
            var source = logEvent.Properties.TryGetValue("SourceContext", out var context) ? context.ToString().Trim('"') : "";
            var entry = $"{logEvent.Level} {source}[{IdOf(logEvent)}]";
            SeenLog.Add(SeenKind.Log, $"{entry} {logEvent.RenderMessage(CultureInfo.InvariantCulture)}{thrown}");
            SeenLog.Add(SeenKind.LogScopes, $"{entry} {names}");
        }

        private static string IdOf(LogEvent logEvent) => logEvent.Properties.GetValueOrDefault("EventId") is StructureValue id
            ? string.Join(' ', id.Properties.Select(property => property.Value.ToString().Trim('"')))
            : "";
    }
}
