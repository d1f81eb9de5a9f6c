namespace CrashShield.Load;

/// <summary>A POST with a body of two bytes, the second of which comes late, as from a client on a slow line.</summary>
internal sealed class SlowPost(Target target, TimeSpan secondByteAfter)
{
    private static readonly byte[] SecondByte = "2"u8.ToArray();

    private readonly byte[] _begin = [.. target.Post(contentLength: 2), .. "1"u8];

    public async ValueTask<Outcome> SendAsync(LoadConnection connection, int expectedStatus, CancellationToken cancellationToken)
    {
        try
        {
            if (!await connection.OpenAsync(cancellationToken))
                return Outcome.Refused;
            await connection.BeginAsync(_begin, cancellationToken);
        }
        catch (IOException)
        {
            connection.Abort(reset: false);
            return Outcome.Reset;
        }

        // A refusal that comes meanwhile is read afterwards.
        await Task.Delay(secondByteAfter, cancellationToken);
        return await connection.SendAsync(SecondByte, expectedStatus, cancellationToken);
    }
}
