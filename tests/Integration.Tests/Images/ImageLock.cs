using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Images;

/// <summary>A line of eng/images.lock: the image for a build argument in a variant.</summary>
internal sealed record ImageLock(string Variant, string Argument, string Image)
{
    public static string Path => System.IO.Path.Combine(BuildPaths.Repository, "eng", "images.lock");

    public static IReadOnlyList<ImageLock> Load() =>
    [
        .. File.ReadLines(Path).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ') is [var variant, var argument, var image]
            ? new ImageLock(variant, argument, image) : throw new FormatException(line)),
    ];
}
