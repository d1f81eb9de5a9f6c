namespace CrashShield.Drills.Services;

/// <summary>One of the services, and what is done to it.</summary>
internal interface IServicePart
{
    /// <summary>Its name, for <c>--only</c> and in the report.</summary>
    string Name { get; }

    /// <summary>Whether it does next to nothing for most of its time, and so goes on beside the others.</summary>
    bool WaitsMostly { get; }

    Task RunAsync(PartRun run, CancellationToken cancellationToken);
}
