using System.Text;

namespace CrashShield.Hosting.Containers;

/// <summary>One number in a file of the kernel's.</summary>
internal sealed class KernelValue(KernelFile file, string line = "", string field = "")
{
    private readonly byte[] _line = Encoding.ASCII.GetBytes(line);
    private readonly byte[] _field = Encoding.ASCII.GetBytes(field);

    /// <summary>Where it stands, for the log.</summary>
    public string Name => line.Length == 0 ? file.Path : $"{file.Path} ({line.TrimEnd()})";

    public bool TryRead(out long value) => KernelText.TryFind(file.Read(), _line, _field, out value);
}
