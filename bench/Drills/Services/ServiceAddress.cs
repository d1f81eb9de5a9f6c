namespace CrashShield.Drills.Services;

/// <summary>Where one of the sample's services listens: a port of each protocol.</summary>
internal sealed record ServiceAddress(Uri Http, Uri Http2)
{
    public IEnumerable<string> Settings =>
    [
        "--Kestrel:Endpoints:Http:Url", Http.GetLeftPart(UriPartial.Authority),
        "--Kestrel:Endpoints:Http2:Url", Http2.GetLeftPart(UriPartial.Authority), "--Kestrel:Endpoints:Http2:Protocols", "Http2",
    ];

    public static ServiceAddress Take() => new(new($"http://127.0.0.1:{FreePort.Take()}"), new($"http://127.0.0.1:{FreePort.Take()}"));
}
