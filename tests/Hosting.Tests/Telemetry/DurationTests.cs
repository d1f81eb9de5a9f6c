using CrashShield.Hosting.Telemetry;

namespace CrashShield.Hosting.Tests.Telemetry;

public class DurationTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.4567, "0.46 ms")]
    [InlineData(250, "250 ms")]
    [InlineData(999.7, "1 s")]
    [InlineData(1_500, "1.5 s")]
    [InlineData(5_000, "5 s")]
    [InlineData(59_700, "1 min")]
    [InlineData(125_000, "2 min 5 s")]
    [InlineData(3_600_000, "1 h")]
    [InlineData(12_300_000, "3 h 25 min")]
    [InlineData(273_600_000, "3 d 4 h")]
    [InlineData(-1, "for ever")]
    public void IsToldInWords(double milliseconds, string text) => Assert.Equal(text, new Duration(TimeSpan.FromMilliseconds(milliseconds)).ToString());
}
