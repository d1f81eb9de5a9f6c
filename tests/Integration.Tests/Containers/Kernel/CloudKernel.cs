using System.Runtime.Versioning;
using CrashShield.Integration.Tests.Init;
using CrashShield.Integration.Tests.Processes;

namespace CrashShield.Integration.Tests.Containers.Kernel;

/// <summary>Debian's cloud kernel, which unlike user-mode-linux has pressure stall information, emulated by qemu.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CloudKernel(DirectoryInfo folder)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(6);

    /// <summary>Boots it with a script of this folder as its first process.</summary>
    public async Task<KernelRun> RunAsync(string script)
    {
        SystemPackage.Require("qemu-system-x86", "qemu-system-x86_64");
        SystemPackage.Require("busybox-static", "busybox");
        SystemPackage.Require("cpio", "cpio");
        var image = Directory.EnumerateFiles("/boot", "vmlinuz-*-cloud-amd64").Order(StringComparer.Ordinal).LastOrDefault();
        SystemPackage.RequireThat(image is not null, "needs a kernel of the Debian package linux-image-cloud-amd64");

        using var init = new NativeProgram();
        var initramfs = await PackAsync(await init.PublishAsync(), script);
        await using var kernel = ChildProcess.StartCommand(
            new Dictionary<string, string>(),
            [
                "sh", "-c", """exec "$0" "$@" < /dev/null""",
                "qemu-system-x86_64", "-cpu", "max", "-m", "512", "-smp", "2", "-nographic", "-no-reboot", "-net", "none", "-kernel", image!, "-initrd", initramfs,
                "-append", "console=ttyS0 quiet psi=1 panic=-1",
            ]);
        await kernel.WaitForExitAsync(Bound);
        return new([.. kernel.Output.Select(line => line.TrimEnd('\r'))]);
    }

    private async Task<string> PackAsync(string init, string script)
    {
        var root = folder.CreateSubdirectory("root");
        var bin = root.CreateSubdirectory("bin");
        File.Copy("/bin/busybox", Path.Combine(bin.FullName, "busybox"));
        File.CreateSymbolicLink(Path.Combine(bin.FullName, "sh"), "busybox");
        File.Copy(init, Path.Combine(bin.FullName, "crashshield-init"));
        File.Copy(Path.Combine(BuildPaths.Repository, "tests/Integration.Tests/Containers/Kernel", script), Path.Combine(root.FullName, "init"));
        File.SetUnixFileMode(Path.Combine(root.FullName, "init"), (UnixFileMode)0b111_101_101);
        await CopyLibrariesAsync(init, root);

        var archive = Path.Combine(folder.FullName, "initramfs.gz");
        (await CommandRun.OfAsync("sh", "-c", $"cd '{root.FullName}' && find . | cpio -o -H newc --quiet | gzip -1 > '{archive}'")).AssertSucceeded();
        return archive;
    }

    private static async Task CopyLibrariesAsync(string program, DirectoryInfo root)
    {
        var libraries = await CommandRun.OfAsync("ldd", program);
        libraries.AssertSucceeded();
        foreach (var path in libraries.Output.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('/')))
        {
            var copy = Path.Combine(root.FullName, path[1..]);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }
}
