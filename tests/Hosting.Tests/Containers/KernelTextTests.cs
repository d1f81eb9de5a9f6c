using System.Text;
using CrashShield.Hosting.Containers;

namespace CrashShield.Hosting.Tests.Containers;

public class KernelTextTests
{
    [Theory]
    [InlineData("42\n", "", "", 42)]
    [InlineData("max\n", "", "", long.MaxValue)]
    [InlineData("18446744073709551615\n", "", "", long.MaxValue)]
    [InlineData("a 1\nab 2\n", "ab ", "", 2)]
    [InlineData("MemAvailable:   24027972 kB\n", "MemAvailable:", "", 24027972)]
    [InlineData("some avg10=1.00 total=5\nfull avg10=0.00 total=7\n", "full ", "total=", 7)]
    public void Reads(string text, string line, string field, long expected)
    {
        Assert.True(Find(text, line, field, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("\n", "", "")]
    [InlineData("42", "", "")]
    [InlineData("a 1\nb 2", "b ", "")]
    [InlineData("-1\n", "", "")]
    [InlineData("4x2\n", "", "")]
    [InlineData("99999999999999999999\n", "", "")]
    [InlineData("\0\u0001garbage\n", "a ", "")]
    [InlineData("some avg10=1.00\n", "some ", "total=")]
    public void RefusesWhatIsNoNumberOrMayBeCutOff(string text, string line, string field) => Assert.False(Find(text, line, field, out _));

    private static bool Find(string text, string line, string field, out long value) =>
        KernelText.TryFind(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(line), Encoding.UTF8.GetBytes(field), out value);
}
