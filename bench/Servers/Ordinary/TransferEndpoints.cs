namespace CrashShield.Servers.Ordinary;

/// <summary>Bodies that take as long as the client's line does.</summary>
internal static class TransferEndpoints
{
    public static void MapTransfers(this WebApplication app)
    {
        app.MapPost("/upload", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken);
            return $"{body.Length} bytes";
        });
        app.MapGet("/download", async (HttpResponse response, int kb, CancellationToken cancellationToken) =>
        {
            var piece = new byte[1 << 14];
            response.ContentLength = (long)kb << 10;
            for (var left = response.ContentLength.Value; left > 0; left -= piece.Length)
                await response.Body.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)), cancellationToken);
        });
    }
}
