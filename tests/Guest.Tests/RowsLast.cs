using Xunit.Sdk;
using Xunit.v3;

namespace CrashShield.Guest.Tests;

/// <summary>What looks at all applications comes after them.</summary>
public sealed class RowsLast : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(testCase => testCase.TestMethod?.MethodName == nameof(GuestTests.EveryRowAndEveryKnownFaultIsShown))];
}
