namespace WebApi.Drills;

/// <summary>A service that this one needs does not answer. Program.cs maps it to 503.</summary>
internal sealed class DependencyDownException(string dependency) : Exception($"{dependency} is down.");
