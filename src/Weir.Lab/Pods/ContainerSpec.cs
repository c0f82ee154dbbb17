using System.Text.Json.Nodes;

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

    /// <summary>Where it sees which volume.</summary>
    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    /// <summary>Until it succeeds the container does not count as started; null without one.</summary>
    public required ProbeSpec? StartupProbe { get; init; }

    /// <summary>While it fails the container does not count as ready; null without one.</summary>
    public required ProbeSpec? ReadinessProbe { get; init; }

    /// <summary>Whether its input stays open for whoever attaches.</summary>
    public bool Stdin { get; init; }

    /// <summary>Whether its input ends with the first who was attached.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>Reads a container of a pod.</summary>
    public static ContainerSpec Read(JsonObject container) => new(
        (string)container["name"]!,
        (string?)container["image"] ?? "",
        container["command"] is JsonArray command ? [.. command.Select(c => (string)c!)] : null,
        container["args"] is JsonArray arguments ? [.. arguments.Select(a => (string)a!)] : [],
        (string?)container["workingDir"] ?? "/")
    {
        Environment = [.. PodSpec.Items(container, "env")],
        Mounts = [.. PodSpec.Items(container, "volumeMounts").Select(m => new ContainerMount((string)m["name"]!, (string)m["mountPath"]!, (bool?)m["readOnly"] ?? false))],
        Stdin = (bool?)container["stdin"] ?? false,
        StdinOnce = (bool?)container["stdinOnce"] ?? false,
        Tty = (bool?)container["tty"] ?? false,
        StartupProbe = ProbeSpec.Read(container["startupProbe"]),
        ReadinessProbe = ProbeSpec.Read(container["readinessProbe"]),
    };
}

/// <summary>Where a container sees a volume.</summary>
internal sealed record ContainerMount(string Volume, string Path, bool IsReadOnly);
