using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Tests.Failures;

public class ErrorIdsTests
{
    [Fact]
    public void AreVersion7AndSortByTime()
    {
        var start = DateTimeOffset.UnixEpoch.AddYears(56);

        var ids = Enumerable.Range(0, 1_000).Select(i => ErrorIds.New(start.AddMilliseconds(i))).ToArray();

        Assert.All(ids, id => Assert.Equal((7, 8), (id.Version, id.Variant & 0xC)));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids.Select(id => id.ToString("N")), ids.Select(id => id.ToString("N")).Order(StringComparer.Ordinal));
        Assert.Equal(
            start.ToUnixTimeMilliseconds(), long.Parse(ids[0].ToString("N")[..12], System.Globalization.NumberStyles.HexNumber));
    }
}
