namespace Weir.Lab.Api.Schema;

/// <summary>The schema of each kind that the server has.</summary>
internal static class KindSchemas
{
    private static readonly FieldSchema _meta = TypedSchemas.Find(BuiltInKinds.List.First(k => k.Plural == "configmaps"))!.Fields!.Value["metadata"];

    /// <summary>The kind's schema; one that takes anything where the kind has none.</summary>
    public static FieldSchema Of(ResourceKind kind) => kind.Schema ?? TypedSchemas.Find(kind) ?? Loose(kind);

    /// <summary>The fields that every object has.</summary>
    public static Dictionary<string, FieldSchema> Frame() => new()
    {
        ["apiVersion"] = new FieldSchema { Type = "string" },
        ["kind"] = new FieldSchema { Type = "string" },
        ["metadata"] = _meta,
    };

    private static FieldSchema Loose(ResourceKind kind)
    {
        var fields = Frame();
        if (kind.Kind == "CiliumIdentity")
        {
            fields["security-labels"] = new FieldSchema { Type = "object", Items = new FieldSchema { Type = "string" } };
        }
        else
        {
            foreach (var name in (ReadOnlySpan<string>)["spec", "specs", "status"]) fields[name] = FieldSchema.Any;
        }

        return new FieldSchema { Type = "object", Fields = new Lazy<IReadOnlyDictionary<string, FieldSchema>>(() => fields) };
    }
}
