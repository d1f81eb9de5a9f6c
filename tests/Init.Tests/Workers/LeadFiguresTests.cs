namespace CrashShield.Init.Tests.Workers;

/// <summary>Each worker knows what the init counts, whoever of them exports it.</summary>
public class LeadFiguresTests : LeadTestBase
{
    [Fact]
    public void AWorkerIsToldWhenItIsWelcomeAndWhenSomethingHasChanged()
    {
        var lead = StartServing(spare: true);
        Assert.Equal((1, 0, null), Told(1));
        Advance(lead, 1);
        Assert.Null(Workers.FiguresOf(2));
        Workers.Say(2, "hello", "ready");
        Assert.Equal((2, 0, null), Told(1));
        Assert.Equal((2, 0, null), Told(2));

        lead.Exited(101, Abort);

        Assert.Equal((2, 1, "signal"), Told(2));
    }

    [Fact]
    public void WhatHasNotChangedIsNotToldAgain()
    {
        var lead = StartServing();
        var told = Workers.FiguresOf(1);
        Workers.Say(1, "served");
        Advance(lead, 30);

        Assert.Same(told, Workers.FiguresOf(1));
    }

    private (int?, int?, string?) Told(int generation) => Workers.FiguresOf(generation) is { } figures
        ? (figures.Generation, figures.Restarts, figures.LastDeath?.Split(' ')[0])
        : default;
}
