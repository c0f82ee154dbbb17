using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>One rule of a role.</summary>
internal sealed class AccessRule
{
    private const string All = "*";
    private readonly string[] _verbs;
    private readonly string[] _groups;
    private readonly string[] _resources;
    private readonly string[] _names;
    private readonly string[] _paths;

    /// <summary>Reads a rule.</summary>
    public AccessRule(JsonNode rule)
    {
        Document = rule;
        _verbs = Texts(rule, "verbs");
        _groups = Texts(rule, "apiGroups");
        _resources = Texts(rule, "resources");
        _names = Texts(rule, "resourceNames");
        _paths = Texts(rule, "nonResourceURLs");
    }

    /// <summary>The rule as it was written; only to be read.</summary>
    public JsonNode Document { get; }

    /// <summary>Whether it is about paths.</summary>
    public bool IsAboutPaths => _paths.Length > 0;

    /// <summary>Whether it allows a request.</summary>
    public bool Allows(RequestAttributes request)
    {
        if (!Has(_verbs, request.Verb)) return false;
        if (!request.IsResource) return _paths.Any(p => p == All || p == request.Path || (p.EndsWith('*') && request.Path.StartsWith(p[..^1], StringComparison.Ordinal)));
        return Has(_groups, request.Group)
            && (Has(_resources, request.ResourcePath) || (request.Subresource.Length > 0 && _resources.Contains($"*/{request.Subresource}")))
            && (_names.Length == 0 || _names.Contains(request.Name));
    }

    private static bool Has(string[] list, string value) => list.Contains(All) || list.Contains(value);

    private static string[] Texts(JsonNode rule, string name) =>
        [.. rule.Items(name).OfType<JsonValue>().Select(v => v.TryGetValue<string>(out var text) ? text : "")];
}
