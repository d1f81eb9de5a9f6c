using System.Reflection;
using System.Security.Cryptography;
using CrashShield.Hosting.Containers.Limits;

namespace CrashShield.Hosting.Tests.Containers.Limits;

public unsafe class RawCodeTests
{
    /// <summary>On a thread that the runtime does not know, nothing can be compiled or counted.</summary>
    [Fact]
    public void EveryMethodWithPointersIsCompiledForGoodAtOnce()
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        // Those that make them, and the accessors of a single line, which are compiled into their callers or called beforehand.
        string[] beforehand = ["TryFind", "TryFindEntry", "Create", "Begin"];
        var tiered = typeof(LimitState).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(LimitState).Namespace && type.IsValueType && !type.IsEnum)
            .SelectMany(type => type.GetMethods(All))
            .Where(method => !method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization) && !beforehand.Contains(method.Name));

        Assert.Empty(tiered.Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(64)]
    [InlineData(1000)]
    public void TheHashIsThatOfTheLibrary(int length)
    {
        var text = new byte[length];
        new Random(length).NextBytes(text);
        var words = stackalloc uint[RawHash.Words];
        fixed (byte* start = text)
            RawHash.Create(RawBlock.Create(RawBlock.PageSize)).Compute(start, length, words);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), string.Concat(new ReadOnlySpan<uint>(words, RawHash.Words).ToArray().Select(word => $"{word:x8}")));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2024-02-29T23:59:59Z")]
    [InlineData("2026-12-31T01:02:03Z")]
    [InlineData("2100-03-01T00:00:00Z")]
    public void ATimeIsWrittenAsItIs(string time)
    {
        var text = RawBlock.Create(RawBlock.PageSize).Text(64);
        text.AddTime(DateTimeOffset.Parse(time).ToUnixTimeSeconds(), isPlain: false);

        Assert.Equal(time, new string((sbyte*)text.Start, 0, text.Length));
    }

    [Fact]
    public void WhatDoesNotFitIsCutOff()
    {
        var block = RawBlock.Create(RawBlock.PageSize);
        var text = block.Text(8);
        text.Add(block.Word("1234567890"));
        text.Add(42);

        Assert.Equal("1234567", new string((sbyte*)text.Start));
    }
}
