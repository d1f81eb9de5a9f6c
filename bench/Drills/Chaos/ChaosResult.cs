namespace CrashShield.Drills.Chaos;

/// <summary>What became of a run.</summary>
/// <param name="Requests">How many were sent.</param>
/// <param name="Answered">Those with a whole answer.</param>
/// <param name="Shed">Those of them that were refused with 503.</param>
/// <param name="Killed">Those whose process was killed meanwhile.</param>
/// <param name="WhileDown">Those that were refused while no init ran, as it had been told to stop.</param>
/// <param name="Actions">What was done how often.</param>
/// <param name="Faults">What is not as it should be, each in words.</param>
internal sealed record ChaosResult(int Requests, int Answered, int Shed, int Killed, int WhileDown, IReadOnlyDictionary<string, int> Actions, IReadOnlyList<string> Faults)
{
    public override string ToString() =>
        $"{Answered} of {Requests} answered ({Shed} with 503), {Killed} in killed processes, {WhileDown} while stopped; {string.Join(", ", Actions.Select(static action => $"{action.Value} x {action.Key}"))}; {
            (Faults is [] ? "no fault" : string.Join("; ", Faults.Take(5)))}{(Faults.Count > 5 ? $" and {Faults.Count - 5} more" : "")}";
}
