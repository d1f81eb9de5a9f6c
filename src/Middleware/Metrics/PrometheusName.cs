using System.Diagnostics.Metrics;

namespace CrashShield.Middleware.Metrics;

/// <summary>Turns .NET's names into Prometheus' after OpenTelemetry's "Prometheus and OpenMetrics Compatibility".</summary>
internal static class PrometheusName
{
    private const string Total = "_total";

    public static string OfInstrument(Instrument instrument, bool isCounter)
    {
        var name = Sanitize(instrument.Name);
        var unit = Unit(instrument.Unit);
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return isCounter && !name.EndsWith(Total, StringComparison.Ordinal) ? name + Total : name;
    }

    public static string OfTag(string tag) => Sanitize(tag);

    // A unit in braces is an annotation: it counts things.
    private static string Unit(string? unit) => unit switch
    {
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "By" => "_bytes",
        "1" => "_ratio",
        _ => "",
    };

    private static string Sanitize(string name)
    {
        var valid = string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        });
        return valid.Length > 0 && char.IsAsciiDigit(valid[0]) ? "_" + valid : valid;
    }
}
