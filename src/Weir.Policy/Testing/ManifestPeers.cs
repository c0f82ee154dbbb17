using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Documents;

namespace Weir.Policy.Testing;

/// <summary>What manifests define besides pods that rules may name: CIDR groups and services.</summary>
internal static class ManifestPeers
{
    /// <summary>The CIDR group of a document; none where it is none. Texts that are no prefix are left out.</summary>
    public static IEnumerable<CidrGroup> Groups(DocumentNode document)
    {
        if (document.Find("kind")?.Text != "CiliumCIDRGroup" || document.Find("metadata")?.Find("name")?.Text is not { Length: > 0 } name) yield break;
        List<IpPrefix> ranges = [];
        foreach (var text in document.Find("spec")?.Find("externalCIDRs")?.Items ?? [])
        {
            if (IpPrefix.TryParse(text.Text, out var prefix)) ranges.Add(prefix);
        }

        yield return new CidrGroup(name, Texts(document.Find("metadata")!.Find("labels")) ?? [], ranges);
    }

    /// <summary>The service of a document; none where it is none. Backends that are given by address are not in its manifest.</summary>
    public static IEnumerable<ServiceBackends> Services(DocumentNode document, string defaultNamespace)
    {
        if (document.Find("kind")?.Text != "Service" || document.Find("metadata") is not { } metadata || metadata.Find("name")?.Text is not { Length: > 0 } name) yield break;
        var space = metadata.Find("namespace")?.Text is { Length: > 0 } given ? given : defaultNamespace;
        yield return new ServiceBackends(space, name, Texts(metadata.Find("labels")) ?? [], Texts(document.Find("spec")?.Find("selector")), []);
    }

    private static Dictionary<string, string>? Texts(DocumentNode? map) =>
        map is null ? null : map.Fields.GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Last().Value.Text);
}
