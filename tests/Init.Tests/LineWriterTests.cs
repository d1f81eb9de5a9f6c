using System.IO.Pipes;
using System.Text;

namespace CrashShield.Init.Tests;

public sealed class LineWriterTests : IDisposable
{
    private readonly AnonymousPipeServerStream _reader = new(PipeDirection.In);
    private readonly LineWriter _writer;

    public LineWriterTests() => _writer = new LineWriter((int)_reader.ClientSafePipeHandle.DangerousGetHandle());

    public void Dispose() => _reader.Dispose();

    [Fact]
    public void ALineIsWritten()
    {
        _writer.Write("a line");
        Assert.Equal("a line\n", Read());
    }

    [Fact]
    public void WhatAStalledReaderLeavesNoRoomForIsDroppedAndCounted()
    {
        // A pipe has 64 KiB, 16 pages.
        for (var i = 0; i < 20; i++)
            _writer.Write($"{i} {new string('.', 4000)}");
        var before = Read();
        _writer.Write("again");

        Assert.DoesNotContain("19 ", before);
        Assert.Matches("^crashshield-init: lines dropped here, as nobody read them: [1-9]\nagain\n$", Read());
    }

    [Fact]
    public async Task AnotherWriterOfTheSamePipeThatFillsItBlocksNothing()
    {
        // The worker's standard error is the same pipe. Either may take the room that the other has just seen.
        for (var i = 0; i < 100; i++)
        {
            using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
            var descriptor = (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
            using var both = new Barrier(2);
            var writers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() => Fill(new LineWriter(descriptor), both), TaskCreationOptions.LongRunning));
            await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void ALineThatMightNotFitIsCut()
    {
        _writer.Write(new string('.', 10_000));
        Assert.Equal(new string('.', 4095) + "\n", Read());
    }

    [Fact]
    public void WithoutAReaderItGoesOn()
    {
        var nobody = new LineWriter(-1);
        nobody.Write("a line");
        nobody.Write("another");
    }

    private static void Fill(LineWriter writer, Barrier both)
    {
        var line = new string('.', 4000);
        both.SignalAndWait();
        for (var i = 0; i < 20; i++)
            writer.Write(line);
    }

    private string Read()
    {
        var buffer = new byte[1 << 17];
        return Encoding.UTF8.GetString(buffer, 0, _reader.Read(buffer));
    }
}
