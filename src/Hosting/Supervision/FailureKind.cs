using System.Diagnostics;
using CrashShield.Hosting.Failures;

namespace CrashShield.Hosting.Supervision;

/// <summary>What failures have in common that come from the same cause: the type of the exception, and the method that threw it.</summary>
internal readonly record struct FailureKind(string ErrorType, string? Method)
{
    /// <param name="failure"><see langword="null"/> for an end without one.</param>
    public static FailureKind Of(CapturedFailure? failure) => failure is null ? default : new(failure.ErrorType, MethodOf(failure.Exception));

    private static string? MethodOf(Exception exception) =>
        new StackTrace(exception, fNeedFileInfo: false).GetFrame(0) is { } frame && DiagnosticMethodInfo.Create(frame) is { } method
            ? $"{method.DeclaringTypeName}.{method.Name}" : null;
}
