using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Documents;

namespace Weir.Policy.Lint;

/// <summary>Tells which pods a file's workloads will make.</summary>
internal static class WorkloadReader
{
    /// <summary>The pods of a document; none where it is no workload.</summary>
    public static IEnumerable<KnownPod> Read(DocumentNode document, string defaultNamespace)
    {
        var metadata = document.Find("metadata");
        var name = metadata?.Find("name")?.Text ?? "";
        var space = metadata?.Find("namespace")?.Text is { Length: > 0 } given ? given : defaultNamespace;
        var kind = document.Find("kind")?.Text;
        var (template, podName) = kind switch
        {
            "Pod" => (document, name),
            "Deployment" or "ReplicaSet" => (document.Find("spec")?.Find("template"), $"{name}-6d5f9c7b8-x7k2p"),
            "StatefulSet" => (document.Find("spec")?.Find("template"), $"{name}-0"),
            "DaemonSet" or "Job" => (document.Find("spec")?.Find("template"), $"{name}-x7k2p"),
            _ => (null, ""),
        };
        if (template is null) yield break;
        var labels = template.Find("metadata")?.Find("labels")?.Fields.Select(f => KeyValuePair.Create(f.Key, f.Value.Text)) ?? [];
        var account = (kind == "Pod" ? document.Find("spec") : template.Find("spec"))?.Find("serviceAccountName")?.Text;
        var spec = kind == "Pod" ? document.Find("spec") : template.Find("spec");
        yield return Pod(space, podName, labels, account) with { Workload = name, Ports = [.. PortsOf(spec)] };
    }

    /// <summary>Cluster DNS, which every cluster has.</summary>
    public static KnownPod ClusterDns { get; } = Pod("kube-system", "coredns-6d5f9c7b8-x7k2p", [new("k8s-app", "kube-dns")], "coredns") with
    {
        Workload = "coredns",
        Ports = [new("dns", IpProtocol.Udp, 53), new("dns-tcp", IpProtocol.Tcp, 53)],
    };

    private static IEnumerable<NamedPort> PortsOf(DocumentNode? spec)
    {
        foreach (var container in spec?.Find("containers")?.Items ?? [])
        {
            foreach (var port in container.Find("ports")?.Items ?? [])
            {
                if (!ushort.TryParse(port.Find("containerPort")?.Text, out var number)) continue;
                yield return new NamedPort(port.Find("name")?.Text ?? "", Reading.PortReader.ParseProtocol(port.Find("protocol")?.Text) is { } p and not IpProtocol.Any ? p : IpProtocol.Tcp, number);
            }
        }
    }

    private static KnownPod Pod(string space, string name, IEnumerable<KeyValuePair<string, string>> labels, string? account) =>
        new(space, name, IdentityLabels.ForPod(space, labels, [new("kubernetes.io/metadata.name", space)], account ?? "default"));
}
