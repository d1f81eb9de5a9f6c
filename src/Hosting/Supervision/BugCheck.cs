namespace CrashShield.Hosting.Supervision;

/// <summary>Whether a failure is one of the code. The application is asked first.</summary>
/// <param name="isBug">What the application says; <see langword="null"/> from it, or in place of it, leaves the decision to <see cref="DependencyFailure"/>.</param>
/// <param name="reporter">Is told when the application's code throws.</param>
internal sealed class BugCheck(Func<Exception, bool?>? isBug, SupervisionReporter reporter)
{
    public bool IsBug(Exception exception) => Asked(exception) ?? !DependencyFailure.IsIn(exception);

    private bool? Asked(Exception exception)
    {
        try
        {
            return isBug?.Invoke(exception);
        }
        catch (Exception e)
        {
            reporter.BugCheckFailed(e);
            return null;
        }
    }
}
