using CrashShield.Hosting.Failures;
using Microsoft.AspNetCore.Diagnostics;

namespace CrashShield.Middleware.Exceptions;

/// <summary>How a failed request ended.</summary>
/// <param name="Outcome">One of <see cref="FailureOutcome"/>.</param>
/// <param name="By">The handler of the application that has answered; <see langword="null"/> when none has.</param>
/// <param name="IsPassedOn">Whether no whole answer could be given, and the exception goes on to the middleware further out and to the server.</param>
internal readonly record struct FailureEnding(string Outcome, IExceptionHandler? By = null, bool IsPassedOn = false);
