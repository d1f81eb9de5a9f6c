using CrashShield.Hosting.Circuit;
using CrashShield.Hosting.Tests.Signals;
using Microsoft.Extensions.Options;

namespace CrashShield.Hosting.Tests.Circuit;

public sealed class SourceSamplerTests : IDisposable
{
    private readonly SignalFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void ReadingAllocatesNothing()
    {
        var sampler = new SourceSampler(new Calm(), _fixture.Circuit, Options.Create(_fixture.Options), _fixture.Time);
        sampler.Sample();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            sampler.Sample();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void ReadingPassesWhatTheCircuitHasRefusedAndNothingElseDoes()
    {
        var source = new Calm();
        var sampler = new SourceSampler(source, _fixture.Circuit, Options.Create(_fixture.Options), _fixture.Time);
        for (var i = 0; i < 2; i++)
        {
            sampler.Sample();
            Assert.Equal((true, false), (source.IsMarked, RecoveryCalls.IsOne));
        }
    }

    private sealed class Calm : IPressureSource
    {
        public string Name => "calm";

        public TimeSpan Interval => TimeSpan.FromSeconds(1);

        public bool IsMarked { get; private set; }

        public PressureReading Read()
        {
            IsMarked = RecoveryCalls.IsOne;
            return PressureReading.None;
        }
    }
}
