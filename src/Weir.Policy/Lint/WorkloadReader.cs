using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Documents;

namespace Weir.Policy.Lint;

/// <summary>Tells which pods a file's workloads will make.</summary>
internal static class WorkloadReader
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>The labels of the namespaces among documents, by name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, string>>> Namespaces(IEnumerable<DocumentNode> documents)
    {
        Dictionary<string, IReadOnlyList<KeyValuePair<string, string>>> found = new(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            if (document.Find("kind")?.Text == "Namespace" && document.Find("metadata") is { } metadata && metadata.Find("name")?.Text is { Length: > 0 } name)
                found[name] = Texts(metadata.Find("labels"));
        }

        return found;
    }

    /// <summary>The pods of a document; none where it is no workload.</summary>
    /// <param name="document">The document.</param>
    /// <param name="defaultNamespace">The namespace of a workload that names none.</param>
    /// <param name="homes">The labels of namespaces; those that are not there have only the one with their name.</param>
    public static IEnumerable<KnownPod> Read(
        DocumentNode document, string defaultNamespace, IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, string>>>? homes = null)
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
        var labels = Texts(template.Find("metadata")?.Find("labels"));
        var account = (kind == "Pod" ? document.Find("spec") : template.Find("spec"))?.Find("serviceAccountName")?.Text;
        var spec = kind == "Pod" ? document.Find("spec") : template.Find("spec");
        yield return Pod(space, podName, labels, account, homes?.GetValueOrDefault(space) ?? []) with { Workload = name, Ports = [.. PortsOf(spec)] };
    }

    /// <summary>Cluster DNS, which every cluster has.</summary>
    public static KnownPod ClusterDns { get; } = Pod("kube-system", "coredns-6d5f9c7b8-x7k2p", [new("k8s-app", "kube-dns")], "coredns", []) with
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

    private static List<KeyValuePair<string, string>> Texts(DocumentNode? labels) => [.. labels?.Fields.Select(f => KeyValuePair.Create(f.Key, f.Value.Text)) ?? []];

    private static KnownPod Pod(
        string space, string name, IEnumerable<KeyValuePair<string, string>> labels, string? account, IEnumerable<KeyValuePair<string, string>> home)
    {
        // Every namespace has the label with its own name, written or not.
        IEnumerable<KeyValuePair<string, string>> all = [.. home.Where(l => l.Key != NameLabel), new(NameLabel, space)];
        return new KnownPod(space, name, IdentityLabels.ForPod(space, labels, all, account ?? "default"));
    }
}
