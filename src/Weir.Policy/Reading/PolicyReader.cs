using System.Text.Json;
using Weir.Policy.Documents;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads policies from text, JSON or document nodes; the front door of the language.</summary>
/// <remarks>Pure and without state: safe from any thread.</remarks>
public static class PolicyReader
{
    /// <summary>The cluster's name where none is given.</summary>
    public const string DefaultCluster = "default";

    /// <summary>Whether a document is one of the three kinds of policy.</summary>
    public static bool IsPolicy(DocumentNode document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return document.Find("kind")?.Text is PolicyName.Cilium or PolicyName.Clusterwide or PolicyName.Kubernetes;
    }

    /// <summary>Reads a policy from a JSON object.</summary>
    public static PolicyReading Read(JsonElement element, string cluster = DefaultCluster) =>
        Read(JsonNodes.From(element), "default", cluster);

    /// <summary>Reads a policy from a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="defaultNamespace">The namespace of a policy that names none.</param>
    /// <param name="cluster">The cluster's name.</param>
    public static PolicyReading Read(DocumentNode document, string defaultNamespace, string cluster = DefaultCluster)
    {
        ArgumentNullException.ThrowIfNull(document);
        List<PolicyProblem> problems = [];
        var root = new Field(document, problems);
        if (!root.IsObject()) return new PolicyReading(null, problems);
        root.Only("apiVersion", "kind", "metadata", "spec", "specs", "status");
        var kind = root["kind"].Text();
        var expected = kind switch
        {
            PolicyName.Cilium or PolicyName.Clusterwide => "cilium.io/v2",
            PolicyName.Kubernetes => "networking.k8s.io/v1",
            _ => null,
        };
        if (expected is null)
        {
            root["kind"].Invalid($"Found {root["kind"].Found}; expected {PolicyName.Cilium}, {PolicyName.Clusterwide} or {PolicyName.Kubernetes}.");
            return new PolicyReading(null, problems);
        }

        if (root["apiVersion"].Text() is { } version && version != expected)
            root["apiVersion"].Invalid($"Found {root["apiVersion"].Found}; a {kind} has {expected}.");
        root["metadata"].IsObject();
        var name = root["metadata"]["name"].Text();
        if (string.IsNullOrEmpty(name)) root["metadata"]["name"].Invalid("The policy has no name.");
        var space = root["metadata"]["namespace"].Text();
        if (kind == PolicyName.Clusterwide) space = "";
        else if (string.IsNullOrEmpty(space)) space = defaultNamespace;
        var policyName = new PolicyName(kind!, space, name ?? "");
        var rules = kind == PolicyName.Kubernetes
            ? new NetworkPolicyReader(policyName, cluster).Read(root)
            : new CiliumReader(policyName, cluster).Read(root);
        return new PolicyReading(new PolicySpec(policyName, rules) { Source = document }, problems);
    }

    /// <summary>Reads every policy of a YAML or JSON text; documents of other kinds are left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Where it came from, for messages.</param>
    /// <param name="defaultNamespace">The namespace of policies that name none.</param>
    /// <param name="cluster">The cluster's name.</param>
    public static IReadOnlyList<PolicyReading> ReadText(string text, string file = "", string defaultNamespace = "default", string cluster = DefaultCluster)
    {
        List<PolicyProblem> faults = [];
        List<PolicyReading> readings = [];
        var documents = YamlNodes.Read(text, faults);
        for (var i = 0; i < documents.Count; i++)
        {
            foreach (var document in DocumentNodes.Flatten(documents[i]))
            {
                if (!IsPolicy(document)) continue;
                var reading = Read(document, defaultNamespace, cluster);
                var index = i;
                readings.Add(new PolicyReading(reading.Policy, [.. reading.Problems.Select(p => p with { File = file, Document = index })]));
            }
        }

        if (faults.Count > 0) readings.Add(new PolicyReading(null, [.. faults.Select(p => p with { File = file, Document = documents.Count })]));
        return readings;
    }
}
