using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>Tells clients which kinds there are: in one document (aggregated) or, to older ones, group by group.</summary>
internal sealed class Discovery(ResourceRegistry registry)
{
    /// <summary>The content type of the aggregated form.</summary>
    public const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /// <summary>Whether a client's <c>Accept</c> takes the aggregated form.</summary>
    public static bool WantsAggregated(string accept) => accept.Contains("v=v2;as=APIGroupDiscoveryList", StringComparison.Ordinal)
        || accept.Contains("g=apidiscovery.k8s.io;v=v2;", StringComparison.Ordinal);

    /// <summary>A tag that changes when the kinds do.</summary>
    public static string Tag(string text) => $"\"{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]}\"";

    /// <summary>Every group (<paramref name="core"/> false) or the core group alone, with all kinds.</summary>
    public JsonObject Aggregated(bool core)
    {
        var groups = Groups().Where(g => g.Key.Length == 0 == core);
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => (JsonNode)new JsonObject
            {
                ["metadata"] = g.Key.Length == 0
                    ? new JsonObject { ["creationTimestamp"] = null }
                    : new JsonObject { ["name"] = g.Key, ["creationTimestamp"] = null },
                ["versions"] = new JsonArray([.. g.GroupBy(k => k.Version).Select(v => (JsonNode)new JsonObject
                {
                    ["version"] = v.Key,
                    ["resources"] = new JsonArray([.. v.Select(Aggregated)]),
                    ["freshness"] = "Current",
                })]),
            })]),
        };
    }

    /// <summary>The versions of the core group.</summary>
    public static JsonObject Versions() => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(),
    };

    /// <summary>The other groups and their versions.</summary>
    public JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Groups().Where(g => g.Key.Length > 0).Select(g => (JsonNode)Group(g))]),
    };

    /// <summary>One group; null when there is none of that name.</summary>
    public JsonObject? Group(string name) => Groups().FirstOrDefault(g => g.Key == name && name.Length > 0) is { } group ? Group(group) : null;

    /// <summary>The kinds of one version of a group; null when there is none.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var kinds = registry.Kinds.Where(k => k.Group == group && k.Version == version).ToList();
        if (kinds.Count == 0) return null;
        var resources = new JsonArray();
        foreach (var kind in kinds)
        {
            resources.Add(Plain(kind, kind.Plural, kind.Kind, kind.Verbs, kind.ShortNames, kind.Categories));
            foreach (var sub in kind.Subresources)
                resources.Add(Sub(kind, sub));
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = kinds[0].ApiVersion,
            ["resources"] = resources,
        };
    }

    private static JsonObject Plain(
        ResourceKind kind, string name, string document, IEnumerable<string> verbs, IReadOnlyList<string> shortNames, IReadOnlyList<string> categories)
    {
        var resource = new JsonObject
        {
            ["name"] = name,
            ["singularName"] = name.Contains('/', StringComparison.Ordinal) ? "" : kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = document,
            ["verbs"] = Texts(verbs),
        };
        if (shortNames.Count > 0) resource["shortNames"] = Texts(shortNames);
        if (categories.Count > 0) resource["categories"] = Texts(categories);
        return resource;
    }

    private static JsonObject Sub(ResourceKind kind, Subresource sub)
    {
        var resource = Plain(kind, $"{kind.Plural}/{sub.Name}", sub.Kind ?? kind.Kind, sub.Verbs, [], []);
        if (sub.Group is null) return resource;
        resource["group"] = sub.Group;
        resource["version"] = sub.Version;
        return resource;
    }

    private static JsonNode Aggregated(ResourceKind kind)
    {
        var resource = new JsonObject
        {
            ["resource"] = kind.Plural,
            ["responseKind"] = Response(kind, kind.Kind),
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Texts(kind.Verbs),
        };
        if (kind.ShortNames.Count > 0) resource["shortNames"] = Texts(kind.ShortNames);
        if (kind.Categories.Count > 0) resource["categories"] = Texts(kind.Categories);
        var subresources = new JsonArray([.. kind.Subresources.Select(s => (JsonNode)new JsonObject
        {
            ["subresource"] = s.Name,
            ["responseKind"] = new JsonObject
            {
                ["group"] = s.Group ?? kind.Group, ["version"] = s.Version ?? kind.Version, ["kind"] = s.Kind ?? kind.Kind,
            },
            ["verbs"] = Texts(s.Verbs),
        })]);
        if (subresources.Count > 0) resource["subresources"] = subresources;
        return resource;
    }

    private static JsonObject Response(ResourceKind kind, string document) => new()
    {
        ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = document,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonObject Group(IGrouping<string, ResourceKind> group)
    {
        var versions = group.Select(k => k.ApiVersion).Distinct().Select(v => new JsonObject
        {
            ["groupVersion"] = v, ["version"] = v[(v.IndexOf('/', StringComparison.Ordinal) + 1)..],
        }).ToList();
        return new JsonObject
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = group.Key,
            ["versions"] = new JsonArray([.. versions]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private IEnumerable<IGrouping<string, ResourceKind>> Groups() => registry.Kinds.GroupBy(k => k.Group);
}
