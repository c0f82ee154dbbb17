using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Documents;
using Weir.Policy.Reading;

namespace Weir.Policy.Lint;

/// <summary>Reads which pods exist: a list of them, or manifests such as <c>kubectl get pods -A -o yaml</c> prints.</summary>
/// <remarks>The form is in <c>docs/policy-tools.md</c>.</remarks>
public static class EndpointsFile
{
    /// <summary>The pods of a text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="problems">Receives what is wrong with it; then the pods are incomplete.</param>
    public static IReadOnlyList<KnownPod> Read(string text, ICollection<PolicyProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        List<KnownPod> pods = [];
        foreach (var document in YamlNodes.Read(text, problems))
        {
            var root = new Field(document, problems);
            if (document.Kind == NodeKind.Sequence)
            {
                foreach (var item in root.Items() ?? []) pods.AddRange(Pod(item));
                continue;
            }

            var objects = DocumentNodes.Flatten(document).ToList();
            var homes = WorkloadReader.Namespaces(objects);
            var made = objects.SelectMany(d => WorkloadReader.Read(d, "default", homes)).ToList();
            if (made.Count == 0 && document.Find("kind")?.Text != "List")
                root.Invalid("Expected a list of pods, each such as '- {namespace: shop, name: web-1, labels: {app: web}}', or manifests of pods.");
            pods.AddRange(made);
        }

        return pods;
    }

    private static IEnumerable<KnownPod> Pod(Field item)
    {
        if (!item.IsObject()) yield break;
        item.Only("namespace", "name", "labels", "namespaceLabels", "serviceAccount", "ports");
        if (item["name"].Text() is not { Length: > 0 } name)
        {
            item["name"].Invalid("The pod has no name.");
            yield break;
        }

        var space = item["namespace"].Text() is { Length: > 0 } given ? given : "default";
        var labels = Texts(item["labels"]);
        var home = Texts(item["namespaceLabels"]).Where(l => l.Key != "kubernetes.io/metadata.name").Append(new("kubernetes.io/metadata.name", space));
        var account = item["serviceAccount"].Text() is { Length: > 0 } named ? named : "default";
        yield return new KnownPod(space, name, IdentityLabels.ForPod(space, labels, home, account)) { Ports = [.. (item["ports"].Items() ?? []).SelectMany(Port)] };
    }

    private static List<KeyValuePair<string, string>> Texts(Field map) =>
        [.. map.Entries().Select(e => KeyValuePair.Create(e.Name, e.Value.Text() ?? ""))];

    private static IEnumerable<NamedPort> Port(Field item)
    {
        item.Only("name", "port", "protocol");
        if (!ushort.TryParse(item["port"].Node?.Text, out var number) || number == 0)
            item["port"].Invalid($"Found {item["port"].Found}; expected a port from 1 to 65535.");
        else if (PortReader.ParseProtocol(item["protocol"].IsMissing ? "TCP" : item["protocol"].Text()) is not { } protocol || protocol == IpProtocol.Any)
            item["protocol"].Invalid($"Found {item["protocol"].Found}; expected TCP, UDP or SCTP.");
        else
            yield return new NamedPort(item["name"].Text() ?? "", protocol, number);
    }
}
