namespace CrashShield.Integration.Tests.Kubernetes.Policies;

/// <summary>The same manifest is the same image tomorrow.</summary>
internal sealed class ImagePolicy : IManifestPolicy
{
    public IEnumerable<string> Violations(Manifests manifests)
    {
        var image = manifests.Container.Image;
        // A colon before the last slash belongs to the registry's port.
        var (name, digest) = image.Split('@') is [var left, var right] ? (left, right) : (image, null);
        var tag = name[(name.LastIndexOf('/') + 1)..].Split(':') is [_, var found] ? found : null;
        if (digest is null && tag is null or "latest")
            yield return $"The image {image} is another one after each push.";
        if (manifests.Container.ImagePullPolicy == "Always")
            yield return "A restart needs the registry.";
    }
}
