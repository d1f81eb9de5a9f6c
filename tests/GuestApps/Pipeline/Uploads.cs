using CrashShield.GuestApps.Plays;
using CrashShield.GuestApps.Running;

namespace CrashShield.GuestApps.Pipeline;

/// <summary>Bodies: too large, malformed, of the wrong type, cut off, and requests that the server itself refuses.</summary>
internal static class Uploads
{
    public static Guest Guest { get; } = new("uploads", GuestKind.Api, "https://github.com/dotnet/aspnetcore/issues/50968", Build)
    {
        About = ["Middleware/Exceptions"],
        Plays =
        [
            Play.Post("/small", new string('x', 2_000)) with { ContentType = "text/plain" },
            Play.Post("/small", "small") with { ContentType = "text/plain" },
            Play.Post("/files", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n") with
            {
                ContentType = "multipart/form-data; boundary=b",
            },
            Play.Post("/files", "--b\r\nbroken") with { ContentType = "multipart/form-data; boundary=b" },
            Play.Post("/files", "a=1") with { ContentType = "application/json" },
            new Play(PlayKind.Raw, "GET", "/bad-header") { Body = "GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n", Arrives = false },
            new Play(PlayKind.Raw, "POST", "/cut") { Body = "POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 900\r\n\r\nhalf" },
            new Play(PlayKind.Raw, "POST", "/chunked") { Body = "POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" },
        ],
    };

    private static WebApplication Build(GuestSetup setup)
    {
        var builder = setup.CreateBuilder();
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 1_000);
        setup.Add(builder);
        var app = builder.Build();
        setup.Use(app);
        app.MapPost("/small", async (HttpRequest request) => (await new StreamReader(request.Body).ReadToEndAsync()).Length);
        app.MapPost("/files", (IFormFile file) => file.FileName).DisableAntiforgery();
        return app;
    }
}
