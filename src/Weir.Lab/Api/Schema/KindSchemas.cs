namespace Weir.Lab.Api.Schema;

/// <summary>The schema of each kind that the server has.</summary>
internal static class KindSchemas
{
    private static readonly FieldSchema _meta = TypedSchemas.Find(BuiltInKinds.List.First(k => k.Plural == "configmaps"))!.Fields!.Value["metadata"];

    // Kinds of questions that the library has no type for.
    private static readonly FieldSchema _loose = FieldSchema.Any with { Type = "object", KeepsUnknown = true };

    /// <summary>The kind's schema; one that takes anything where the kind has none.</summary>
    public static FieldSchema Of(ResourceKind kind) => kind.Schema ?? TypedSchemas.Find(kind) ?? _loose;

    /// <summary>The fields that every object has.</summary>
    public static Dictionary<string, FieldSchema> Frame() => new()
    {
        ["apiVersion"] = new FieldSchema { Type = "string" },
        ["kind"] = new FieldSchema { Type = "string" },
        ["metadata"] = _meta,
    };
}
