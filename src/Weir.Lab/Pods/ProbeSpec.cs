using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>A probe by HTTP, TCP or a command. It runs inside the pod's own namespace, so that no policy sees it.</summary>
internal sealed record ProbeSpec
{
    /// <summary>On the pod, for HTTP and TCP.</summary>
    public int Port { get; init; }

    /// <summary>What to GET; null only connects.</summary>
    public string? HttpPath { get; init; }

    /// <summary>Whether the GET goes over TLS; whatever certificate is shown will do, as for a kubelet.</summary>
    public bool UsesTls { get; init; }

    /// <summary>Headers of the GET.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>What to run in the container; null for HTTP and TCP.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Before the first try.</summary>
    public TimeSpan InitialDelay { get; init; }

    /// <summary>Between two tries.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a try may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many tries in a row must hold.</summary>
    public long SuccessThreshold { get; init; } = 1;

    /// <summary>How many in a row must fail.</summary>
    public long FailureThreshold { get; init; } = 3;

    /// <summary>How long the container may take to stop when this probe restarts it; null is as long as the pod.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>Reads a probe; null when there is none, or one that the lab does not know, which counts as none.</summary>
    public static ProbeSpec? Read(JsonNode? probe, JsonObject container)
    {
        if (probe is not JsonObject spec) return null;
        var how = spec["httpGet"] ?? spec["tcpSocket"];
        var command = spec.Items("exec", "command").Select(word => (string)word!).ToList();
        if (command.Count == 0 && PortOf(how, container) is null) return null;
        return new ProbeSpec
        {
            Port = PortOf(how, container) ?? 0,
            HttpPath = spec["httpGet"] is null ? null : how.Text("path") ?? "/",
            UsesTls = spec.Text("httpGet", "scheme") == "HTTPS",
            Headers = [.. spec.Items("httpGet", "httpHeaders").Select(h => (h.Text("name") ?? "", h.Text("value") ?? ""))],
            Command = command.Count == 0 ? null : command,
            InitialDelay = Seconds("initialDelaySeconds") ?? TimeSpan.Zero,
            Period = Seconds("periodSeconds") ?? TimeSpan.FromSeconds(10),
            Timeout = Seconds("timeoutSeconds") ?? TimeSpan.FromSeconds(1),
            SuccessThreshold = spec.Number("successThreshold") ?? 1,
            FailureThreshold = spec.Number("failureThreshold") ?? 3,
            Grace = Seconds("terminationGracePeriodSeconds"),
        };

        TimeSpan? Seconds(string name) => spec.Number(name) is { } number ? TimeSpan.FromSeconds(number) : null;
    }

    /// <summary>A port by number, or by the name that the container gives it.</summary>
    private static int? PortOf(JsonNode? how, JsonObject container) => how.Number("port") is { } number
        ? (int)number
        : how.Text("port") is { } name ? (int?)PodSpec.Items(container, "ports").FirstOrDefault(p => p.Text("name") == name).Number("containerPort") : null;
}
