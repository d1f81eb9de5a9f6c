using CrashShield.Hosting.ThreadPools.Blocking;

namespace CrashShield.Hosting.Tests.ThreadPools.Blocking;

public class NettraceReaderTests
{
    private const int Changes = 400;

    private static readonly Lazy<byte[]> Recorded = new(Record);

    [Fact]
    public void RealStreamIsRead()
    {
        var sample = BlockingSampler.Read(new MemoryStream(Recorded.Value).Read);

        Assert.Null(sample.Failure);
        Assert.InRange(sample.PoolThreads, 1, 10_000);
    }

    [Fact]
    public void StreamThatComesInPiecesIsRead()
    {
        var (stream, random) = (new MemoryStream(Recorded.Value), new Random(1));

        BlockingSampler.Read(buffer => stream.Read(buffer[..Math.Min(buffer.Length, 1 + random.Next(5000))]));
    }

    [Fact]
    public void TruncatedStreamIsMalformed()
    {
        var random = new Random(2);
        for (var i = 0; i < Changes; i++)
        {
            var length = i < 200 ? i : random.Next(Recorded.Value.Length);
            Assert.Throws<InvalidDataException>(() => BlockingSampler.Read(new MemoryStream(Recorded.Value, 0, length).Read));
        }
    }

    [Fact]
    public void ChangedStreamIsReadOrMalformed()
    {
        var random = new Random(3);
        var read = 0;
        for (var i = 0; i < Changes; i++)
        {
            var bytes = (byte[])Recorded.Value.Clone();
            for (var changes = 1 + random.Next(20); changes > 0; changes--)
                bytes[i % 2 == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(2000, bytes.Length))] = (byte)random.Next(256);
            read += IsRead(bytes) ? 1 : 0;
        }

        Assert.InRange(read, 1, Changes - 1);
    }

    [Fact]
    public void GarbageIsMalformed()
    {
        var random = new Random(4);
        for (var i = 0; i < Changes; i++)
        {
            var bytes = new byte[random.Next(10_000)];
            random.NextBytes(bytes);
            Recorded.Value.AsSpan(0, Math.Min(bytes.Length, i % 64)).CopyTo(bytes);
            Assert.False(IsRead(bytes));
        }
    }

    [Fact]
    public void EndlessStreamIsGivenUp()
    {
        // Objects of an unknown type with a block of 1 MiB each; their sizes keep the next one aligned.
        var size = (1 << 20) + 3;
        byte[] block = [5, 5, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, (byte)'X', 6, .. BitConverter.GetBytes(size), 0, 0, 0, .. new byte[size], 6];
        var header = Recorded.Value.AsMemory(0, 32);
        var read = 0;

        var error = Assert.Throws<InvalidDataException>(() => BlockingSampler.Read(buffer =>
        {
            var rest = read < header.Length ? header.Span[read..] : block.AsSpan((read - header.Length) % block.Length);
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            read += rest.Length;
            return rest.Length;
        }));

        Assert.Contains("more than 33554432 bytes", error.Message);
        Assert.InRange(read, 30 << 20, 32 << 20);
    }

    private static bool IsRead(byte[] bytes)
    {
        try
        {
            BlockingSampler.Read(new MemoryStream(bytes).Read);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Record()
    {
        using var session = new SampleSession(() => DiagnosticsPort.Connect(Path.GetTempPath(), () => TimeSpan.FromSeconds(20)));
        Thread.Sleep(50);
        session.Stop();
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (session.Receive(buffer) is > 0 and var read)
            bytes.Write(buffer, 0, read);
        return bytes.ToArray();
    }
}
