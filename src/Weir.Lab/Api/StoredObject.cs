using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>One version of one object: its bytes, and what selectors ask about.</summary>
/// <remarks>Immutable; lists and watches hand out the bytes as they are.</remarks>
internal sealed class StoredObject
{
    private StoredObject(string ns, string name, long revision, byte[] json, JsonObject document, ResourceKind kind)
    {
        Namespace = ns;
        Name = name;
        Revision = revision;
        Json = json;
        Uid = document.Text("metadata", "uid") ?? "";
        Labels = [.. Pairs(document.Map("metadata", "labels"))];
        Fields = [.. kind.SelectableFields.Select(f => Plain(document.At(f.Split('.'))))];
        Owners = [.. document.Items("metadata", "ownerReferences").Select(o => o.Text("uid") ?? "")];
    }

    /// <summary>The namespace; empty for cluster-wide kinds.</summary>
    public string Namespace { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The identity across re-creations.</summary>
    public string Uid { get; }

    /// <summary>The store's revision that wrote it.</summary>
    public long Revision { get; }

    /// <summary>The document in UTF-8, with <see cref="Revision"/> in its metadata.</summary>
    public byte[] Json { get; }

    /// <summary>The labels.</summary>
    public KeyValuePair<string, string>[] Labels { get; }

    /// <summary>The values of the kind's selectable fields, in their order; empty where absent.</summary>
    public string[] Fields { get; }

    /// <summary>The uids of its owners.</summary>
    public string[] Owners { get; }

    /// <summary>Orders objects as lists show them.</summary>
    public string Key => KeyOf(Namespace, Name);

    /// <summary>The place of an object among its kind. A slash sorts before every character of a name.</summary>
    public static string KeyOf(string ns, string name) => $"{ns}/{name}";

    /// <summary>Makes the version that <paramref name="revision"/> writes; puts the revision into the document.</summary>
    public static StoredObject Make(ResourceKind kind, string ns, string name, long revision, JsonObject document)
    {
        document.Ensure("metadata")["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
        var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(document, ApiJson.Options);
        return new StoredObject(ns, name, revision, json, document, kind);
    }

    /// <summary>Reads a version that was kept.</summary>
    public static StoredObject Load(ResourceKind kind, string ns, string name, long revision, byte[] json) =>
        new(ns, name, revision, json, JsonTree.Parse(json), kind);

    /// <summary>A copy of the document that the caller may change.</summary>
    public JsonObject Document() => JsonTree.Parse(Json);

    /// <summary>The value of a label; null when the object has none of that key.</summary>
    public string? Label(string key)
    {
        foreach (var label in Labels)
        {
            if (label.Key == key) return label.Value;
        }

        return null;
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(JsonObject? labels) =>
        labels?.Select(l => KeyValuePair.Create(l.Key, Plain(l.Value))) ?? [];

    private static string Plain(JsonNode? value) => value switch
    {
        null => "",
        JsonValue v when v.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };
}
