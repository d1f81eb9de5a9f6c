namespace CrashShield.Integration.Tests.Images;

/// <summary>A <c>dotnet publish</c> of the Dockerfile.</summary>
/// <param name="Project">What is published.</param>
/// <param name="Output">The folder in the build stage that it is published to.</param>
/// <param name="Command">All of it.</param>
internal sealed record Publish(string Project, string Output, IReadOnlyList<string> Command);
