using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>What a node needs to know of a container.</summary>
/// <param name="Name">Unique in the pod.</param>
/// <param name="Image">As written.</param>
/// <param name="Command">Replaces the image's entry point; null keeps it.</param>
/// <param name="Arguments">Follow the entry point.</param>
/// <param name="WorkingFolder">Where it starts.</param>
internal sealed record ContainerSpec(string Name, string Image, IReadOnlyList<string>? Command, IReadOnlyList<string> Arguments, string WorkingFolder)
{
    /// <summary>Variables as written: a value, or where to take it from.</summary>
    public required IReadOnlyList<JsonObject> Environment { get; init; }

    /// <summary>Config maps and secrets of which every key is a variable.</summary>
    public required IReadOnlyList<JsonObject> EnvironmentFrom { get; init; }

    /// <summary>Where it sees which volume.</summary>
    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    /// <summary>Until it succeeds the container does not count as started; null without one.</summary>
    public required ProbeSpec? StartupProbe { get; init; }

    /// <summary>While it fails the container does not count as ready; null without one.</summary>
    public required ProbeSpec? ReadinessProbe { get; init; }

    /// <summary>When it fails the container is started again; null without one.</summary>
    public required ProbeSpec? LivenessProbe { get; init; }

    /// <summary>Run in the container once it has started; null without one.</summary>
    public IReadOnlyList<string>? PostStart { get; init; }

    /// <summary>Run in the container before it is told to stop; null without one.</summary>
    public IReadOnlyList<string>? PreStop { get; init; }

    /// <summary>Whether an init container runs on beside the others.</summary>
    public bool IsSidecar { get; init; }

    /// <summary>Whether its input stays open for whoever attaches.</summary>
    public bool Stdin { get; init; }

    /// <summary>Whether its input ends with the first who was attached.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>Requests and limits, which the lab shows and does not hold anyone to.</summary>
    public JsonObject Resources { get; init; } = [];

    /// <summary>The user and group that it runs as; null is the pod's, or root.</summary>
    public (long? User, long? Group) RunAs { get; init; }

    /// <summary>Whether its root cannot be written to.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Reads a container of a pod.</summary>
    public static ContainerSpec Read(JsonObject container) => new(
        (string)container["name"]!,
        (string?)container["image"] ?? "",
        container["command"] is JsonArray command ? [.. command.Select(c => (string)c!)] : null,
        container["args"] is JsonArray arguments ? [.. arguments.Select(a => (string)a!)] : [],
        (string?)container["workingDir"] ?? "/")
    {
        Environment = [.. PodSpec.Items(container, "env")],
        EnvironmentFrom = [.. PodSpec.Items(container, "envFrom")],
        Mounts =
        [
            .. PodSpec.Items(container, "volumeMounts").Select(m => new ContainerMount((string)m["name"]!, (string)m["mountPath"]!, (bool?)m["readOnly"] ?? false) { SubPath = (string?)m["subPath"] ?? "" }),
        ],
        Stdin = (bool?)container["stdin"] ?? false,
        StdinOnce = (bool?)container["stdinOnce"] ?? false,
        Tty = (bool?)container["tty"] ?? false,
        StartupProbe = ProbeSpec.Read(container["startupProbe"], container),
        ReadinessProbe = ProbeSpec.Read(container["readinessProbe"], container),
        LivenessProbe = ProbeSpec.Read(container["livenessProbe"], container),
        PostStart = Hook(container, "postStart"),
        PreStop = Hook(container, "preStop"),
        IsSidecar = container.Text("restartPolicy") == "Always",
        Resources = container.Map("resources")?.DeepClone() as JsonObject ?? [],
        RunAs = (container.Number("securityContext", "runAsUser"), container.Number("securityContext", "runAsGroup")),
        IsReadOnly = container.Flag("securityContext", "readOnlyRootFilesystem") ?? false,
    };

    private static IReadOnlyList<string>? Hook(JsonObject container, string name)
    {
        if (container.Number("lifecycle", name, "sleep", "seconds") is { } seconds) return ["sleep", seconds.ToString(CultureInfo.InvariantCulture)];
        return container.At("lifecycle", name, "exec", "command") is JsonArray command ? [.. command.Select(word => (string)word!)] : null;
    }
}

/// <summary>Where a container sees a volume.</summary>
internal sealed record ContainerMount(string Volume, string Path, bool IsReadOnly)
{
    /// <summary>Which part of the volume; empty is all.</summary>
    public string SubPath { get; init; } = "";
}
