using System.Text;
using CrashShield.Init.Control;

namespace CrashShield.Init.Tests.Control;

public class ControlRequestTests
{
    [Fact]
    public void ACommandIsRead() => Assert.Equal("status", Parse("""{"protocol":1,"command":"status","later":1}"""));

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("GET / HTTP/1.1", "no JSON")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{}", "no protocol version")]
    [InlineData("""{"protocol":"1"}""", "no protocol version")]
    [InlineData("""{"protocol":2,"command":"status"}""", "protocol version 2 is not known; this init speaks 1")]
    [InlineData("""{"protocol":1}""", "no command")]
    [InlineData("""{"protocol":1,"command":"dance"}""", "command 'dance' is not known; there are status, restart, cold-restart, stop, upgrade")]
    [InlineData("""{"protocol":1,"command":[[[[[[1]]]]]]}""", "no JSON")]
    [InlineData("""{"protocol":1,"command":"\ud800"}""", "no JSON")]
    public void WhatIsNoneIsNamed(string line, string problem) => Assert.Contains(problem, Assert.Throws<FormatException>(() => Parse(line)).Message);

    [Fact]
    public void ATextThatIsNoUnicodeIsNoJson() =>
        Assert.Throws<FormatException>(() => ControlRequest.Parse((byte[])[.. """{"protocol":1,"command":"""u8, (byte)'"', 0xff, .. "\"}"u8]));

    private static string Parse(string line) => ControlRequest.Parse(Encoding.UTF8.GetBytes(line));
}
