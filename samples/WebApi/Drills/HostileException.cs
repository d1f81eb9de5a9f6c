namespace WebApi.Drills;

/// <summary>An exception that makes trouble for whoever looks at it.</summary>
internal sealed class HostileException : Exception
{
    private const int Many = 10_000;
    private const int BigLength = 10 * 1024 * 1024;

    public override string Message => throw new InvalidOperationException("Message throws.");

    public override string? StackTrace => throw new InvalidOperationException("StackTrace throws.");

    public override string ToString() => throw new InvalidOperationException("ToString throws.");

    /// <summary>One of the ways in which an exception can be hostile.</summary>
    public static Exception Of(string kind) => kind switch
    {
        "members" => new HostileException(),
        "message" => new InvalidOperationException(new string('x', BigLength)),
        "inner" => Enumerable.Range(0, Many).Aggregate(new InvalidOperationException("innermost"), (inner, i) => new($"level {i}", inner)),
        "aggregate" => new AggregateException(Enumerable.Range(0, Many).Select(i => new InvalidOperationException($"part {i}"))),
        _ => throw new BadHttpRequestException($"kind = '{kind}': must be members, message, inner or aggregate."),
    };
}
