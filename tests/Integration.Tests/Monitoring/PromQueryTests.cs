namespace CrashShield.Integration.Tests.Monitoring;

public class PromQueryTests
{
    [Theory]
    [InlineData("up == 0", "up", "")]
    [InlineData("sum by (job, pod) (rate(a_total{task=~\"$x, y\", b!=\"(up)\"}[$__rate_interval])) > 0.5", "a_total", "b job pod task")]
    [InlineData("a unless a offset 10m and on (job) c:d:e10m or increase(f[10m])", "a c:d:e10m f", "job")]
    [InlineData("a > time() - 600 or vector(0)", "a", "")]
    [InlineData("label_values(a{b=~\"$b\"}, c)", "a", "b c")]
    [InlineData("label_values(a, c)", "a", "c")]
    [InlineData("group by (x) (a offset 1h) <= 4 * avg(b)", "a b", "x")]
    public void NamesAreFound(string query, string metrics, string labels)
    {
        var parsed = PromQuery.Parse(query);

        Assert.Equal(metrics, string.Join(' ', parsed.Metrics.Order(StringComparer.Ordinal)));
        Assert.Equal(labels, string.Join(' ', parsed.Labels.Order(StringComparer.Ordinal)));
    }
}
