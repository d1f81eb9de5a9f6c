using CrashShield.Init.Listeners;

namespace CrashShield.Init.Tests.Listeners;

public class AddressRangeTests
{
    [Theory]
    [InlineData("tcp:127.0.0.1:80", "tcp:127.0.0.1:80", true, true)]
    [InlineData("tcp:0.0.0.0:80", "tcp:127.0.0.1:80", true, true)]
    [InlineData("tcp:127.0.0.1:80", "tcp:0.0.0.0:80", true, false)]
    [InlineData("tcp:[::]:80", "tcp:0.0.0.0:80", true, true)]
    [InlineData("tcp:[::]:80", "tcp:[::1]:80", true, true)]
    [InlineData("tcp:[::]:80", "tcp:127.0.0.1:80", true, true)]
    [InlineData("tcp:0.0.0.0:80", "tcp:[::]:80", true, false)]
    [InlineData("tcp:0.0.0.0:80", "tcp:[::1]:80", false, false)]
    [InlineData("tcp:0.0.0.0:80", "tcp:[::ffff:10.0.0.1]:80", true, true)]
    [InlineData("tcp:127.0.0.1:80", "tcp:127.0.0.2:80", false, false)]
    [InlineData("tcp:[::]:80", "tcp:127.0.0.1:81", false, false)]
    public void ItTellsWhatIsInTheWayAndWhatCovers(string one, string other, bool overlaps, bool covers)
    {
        var (first, second) = (Of(one), Of(other));

        Assert.Equal((overlaps, overlaps, covers), (first.Overlaps(second), second.Overlaps(first), first.Covers(second)));
    }

    [Fact]
    public void ASocketOfIpv6AloneLeavesIpv4ToOthers()
    {
        var only = AddressRange.Of(Parse("tcp:[::]:80"), isDual: false)!;

        Assert.Equal((false, true), (only.Overlaps(Of("tcp:0.0.0.0:80")), only.Covers(Of("tcp:[::1]:80"))));
    }

    private static AddressRange Of(string text) => AddressRange.Of(Parse(text), isDual: true)!;

    private static Endpoint Parse(string text) => Endpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);
}
