using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>What runc is to run, written as an OCI runtime bundle.</summary>
internal sealed record OciBundle
{
    private static readonly string[] s_capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
    ];

    /// <summary>The command.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>NAME=value.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public required bool HasTerminal { get; init; }

    /// <summary>Where it starts.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>What it sees as its root.</summary>
    public required string RootFolder { get; init; }

    /// <summary>Whether the root cannot be written to.</summary>
    public required bool IsReadOnly { get; init; }

    /// <summary>The user and group that it runs as.</summary>
    public required (long Id, long Group) User { get; init; }

    /// <summary>Its host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The file of its network namespace.</summary>
    public required string NetworkNamespace { get; init; }

    /// <summary>Its cgroup, from the root of the hierarchies.</summary>
    public required string Cgroup { get; init; }

    /// <summary>Files and folders of the machine and where they are seen.</summary>
    public required IReadOnlyList<(string Source, string Destination, bool IsReadOnly)> Binds { get; init; }

    /// <summary>Writes config.json into a folder.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), ToJson().ToJsonString());
    }

    private JsonObject ToJson()
    {
        var mounts = new JsonArray
        {
            Mount("/proc", "proc", "proc"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        };
        if (IsReadOnly) mounts.Add((JsonNode)Mount("/tmp", "tmpfs", "tmpfs", "nosuid", "nodev", "mode=1777", "size=65536k"));
        foreach (var (source, destination, isReadOnly) in Binds)
            mounts.Add((JsonNode)Mount(destination, "bind", source, "rbind", isReadOnly ? "ro" : "rw"));

        return new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["process"] = new JsonObject
            {
                ["terminal"] = HasTerminal,
                ["user"] = new JsonObject { ["uid"] = User.Id, ["gid"] = User.Group },
                ["args"] = Texts(Command),
                ["env"] = Texts(Environment),
                ["cwd"] = WorkingFolder,
                ["capabilities"] = new JsonObject { ["bounding"] = Texts(s_capabilities), ["effective"] = Texts(s_capabilities), ["permitted"] = Texts(s_capabilities) },
                ["noNewPrivileges"] = true,
            },
            ["root"] = new JsonObject { ["path"] = RootFolder, ["readonly"] = IsReadOnly },
            ["hostname"] = Hostname,
            ["mounts"] = mounts,
            ["linux"] = new JsonObject
            {
                ["cgroupsPath"] = Cgroup,
                ["namespaces"] = new JsonArray(
                    new JsonObject { ["type"] = "pid" },
                    new JsonObject { ["type"] = "ipc" },
                    new JsonObject { ["type"] = "uts" },
                    new JsonObject { ["type"] = "mount" },
                    new JsonObject { ["type"] = "network", ["path"] = NetworkNamespace }),
                ["maskedPaths"] = Texts(["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"]),
                ["readonlyPaths"] = Texts(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]),
            },
        };
    }

    private static JsonObject Mount(string destination, string type, string source, params string[] options) => new()
    {
        ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = Texts(options),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
