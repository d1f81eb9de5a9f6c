namespace CrashShield.Hosting.Containers.Limits;

/// <summary>A file of the kernel's that is open, for the evidence.</summary>
internal readonly struct EvidenceFile(RawWord path, nint descriptor)
{
    public readonly RawWord Path = path;
    public readonly nint Descriptor = descriptor;
}
