using System.Runtime.InteropServices;
using Weir.Lab.Processes;
using Weir.Workloads;

namespace Weir.Lab.Pods;

/// <summary>The images that the lab has: folders, built at its start out of programs of this machine. Nothing is ever pulled.</summary>
internal sealed class ImageStore
{
    private readonly Dictionary<string, LabImage> _images;

    private ImageStore(IEnumerable<LabImage> images) => _images = images.ToDictionary(i => i.Name, StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. _images.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Builds the images.</summary>
    /// <param name="folder">Takes them.</param>
    /// <param name="options">Names the programs.</param>
    /// <param name="authority">The lab's certificate authority, PEM: what the pods trust.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LabException">A program or one of its libraries is missing.</exception>
    public static async Task<ImageStore> BuildAsync(string folder, LabOptions options, string authority, CancellationToken cancellation)
    {
        var root = Path.Combine(folder, "base");
        foreach (var name in (string[])["bin", "proc", "dev", "sys", "tmp", "run", "root", "home", "var/log", "etc/ssl/certs", "usr/lib", "lib64", "opt/dotnet", "opt/weir", "etc/hubble", "run/hubble"])
            Directory.CreateDirectory(Path.Combine(root, name));
        foreach (var link in (string[])["sbin", "usr/bin", "usr/sbin"])
            File.CreateSymbolicLink(Path.Combine(root, link), link.Contains('/', StringComparison.Ordinal) ? "../bin" : "bin");
        File.CreateSymbolicLink(Path.Combine(root, "lib"), "usr/lib");

        var workload = Path.Combine(root, "bin/weir-workload");
        Copy(options.WorkloadBinary, workload);
        Copy(options.Shell, Path.Combine(root, "bin/sh"));
        Copy(options.BusyBox, Path.Combine(root, "bin/busybox"));
        foreach (var library in await LibrariesAsync([options.WorkloadBinary, options.Shell, .. options.WeirCommand is null ? [] : (string[])[Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libcoreclr.so")]], cancellation)) Copy(library, root + library);
        foreach (var probe in Applets.Probes) File.CreateSymbolicLink(Path.Combine(root, "bin", probe), "weir-workload");
        await LinkAppletsAsync(root, options.BusyBox, cancellation);

        await File.WriteAllTextAsync(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/group"), "root:x:0:\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(root, "etc/ssl/certs/ca-certificates.crt"), authority, cancellation);
        foreach (var later in (string[])["etc/resolv.conf", "etc/hosts", "etc/hostname"])
            await File.WriteAllTextAsync(Path.Combine(root, later), "", cancellation);
        return Of(root);
    }

    /// <summary>The images by name only, over a folder that need not be there: for a lab that runs their programs in its own process.</summary>
    public static ImageStore Of(string root) => new(
    [
        new LabImage("busybox", root, []) { Arguments = ["sh"] },
        new LabImage("weir/coredns", root, ["/bin/weir-workload", "coredns"]),
        new LabImage("weir/hubble-relay", root, ["/opt/dotnet/dotnet", "/opt/weir/weir.dll", "relay"]),
        new LabImage("weir/pet-store", root, ["/bin/weir-workload"]),
    ]);

    /// <summary>The image that a pod means; null when there is none. Tags and digests are not told apart, nor is Docker's own registry.</summary>
    public LabImage? Find(string reference)
    {
        var name = reference.Split('@')[0];
        var colon = name.LastIndexOf(':');
        if (colon > name.LastIndexOf('/')) name = name[..colon];
        foreach (var prefix in (ReadOnlySpan<string>)["docker.io/library/", "docker.io/", "library/"])
            if (name.StartsWith(prefix, StringComparison.Ordinal)) name = name[prefix.Length..];
        return _images.GetValueOrDefault(name);
    }

    /// <summary>The shared libraries of programs, the loader included, and those that .NET loads by name for TLS.</summary>
    private static async Task<IReadOnlySet<string>> LibrariesAsync(IEnumerable<string> programs, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var program in programs)
        {
            // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f...)", and the loader without an arrow.
            var listed = await ToolRun.RunAsync("ldd", [program], cancellation);
            if (listed.Output.Contains("not found", StringComparison.Ordinal))
                throw new LabException($"{program} needs a library that this machine lacks:\n{listed.Output.Trim()}");
            foreach (var word in listed.Output.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
                if (word.StartsWith('/')) found.Add(word);
        }

        var cache = await ToolRun.RunAsync("/sbin/ldconfig", ["-p"], cancellation);
        foreach (var library in (string[])["libssl.so.3", "libcrypto.so.3"])
        {
            var line = cache.Output.Split('\n').FirstOrDefault(l => l.TrimStart().StartsWith(library + " ", StringComparison.Ordinal))
                ?? throw new LabException($"There is no {library}; install the package libssl3.");
            found.Add(line[(line.LastIndexOf(' ') + 1)..]);
        }

        return found;
    }

    private static async Task LinkAppletsAsync(string root, string busyBox, CancellationToken cancellation)
    {
        var listed = await ToolRun.RunAsync(busyBox, ["--list"], cancellation);
        foreach (var applet in listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var link = Path.Combine(root, "bin", applet);
            if (!Path.Exists(link)) File.CreateSymbolicLink(link, "busybox");
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(to, File.GetUnixFileMode(from));
    }
}
