using System.Collections.Immutable;
using Google.Protobuf;

namespace Weir.Lab.Api.Schema;

/// <summary>
/// The older OpenAPI document in its protobuf form (gnostic's openapi.v2). It tells clients before 1.27 which kinds can be patched as a
/// dry run; schemas stand in the newer documents alone, and these clients leave the check of fields to the server where they find none.
/// Written once for the kinds that there are, and again when a custom kind came, changed or went.
/// </summary>
/// <param name="registry">The kinds.</param>
internal sealed class OpenApiV2(ResourceRegistry registry)
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private Written? _written;

    /// <summary>The document of now.</summary>
    public byte[] Document()
    {
        var kinds = registry.Kinds;
        var known = Volatile.Read(ref _written);
        if (known is not null && known.Kinds == kinds) return known.Document; // the same list, not an equal one
        var written = new Written(kinds, Write(kinds));
        Volatile.Write(ref _written, written);
        return written.Document;
    }

    private static byte[] Write(IEnumerable<ResourceKind> kinds) => Message(document =>
    {
        Add(document, 1, "2.0");
        Add(document, 2, Message(info =>
        {
            Add(info, 1, "Kubernetes");
            Add(info, 2, ServerVersion.Text);
        }));
        Add(document, 8, Message(paths =>
        {
            foreach (var kind in kinds.Where(k => k.IsStored)) Add(paths, 2, Path(kind));
        }));
    });

    private static byte[] Path(ResourceKind kind) => Message(named =>
    {
        var group = kind.Group.Length == 0 ? $"/api/{kind.Version}" : $"/apis/{kind.Group}/{kind.Version}";
        Add(named, 1, $"{group}{(kind.Namespaced ? "/namespaces/{namespace}" : "")}/{kind.Plural}/{{name}}");
        Add(named, 2, Message(item => Add(item, 8, Patch(kind))));
    });

    private static byte[] Patch(ResourceKind kind) => Message(operation =>
    {
        foreach (var name in (ReadOnlySpan<string>)["dryRun", "fieldManager"]) Add(operation, 8, QueryParameter(name));
        Add(operation, 13, Message(extension =>
        {
            Add(extension, 1, "x-kubernetes-group-version-kind");
            Add(extension, 2, Message(any => Add(any, 2, $"group: \"{kind.Group}\"\nkind: {kind.Kind}\nversion: {kind.Version}\n")));
        }));
    });

    // ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema.
    private static byte[] QueryParameter(string name) =>
        Message(item => Add(item, 1, Message(parameter => Add(parameter, 2, Message(other => Add(other, 3, Message(query =>
        {
            Add(query, 2, "query");
            Add(query, 4, name);
            Add(query, 6, "string");
        })))))));

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }

    private static void Add(CodedOutputStream to, int field, string text)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteString(text);
    }

    private static void Add(CodedOutputStream to, int field, byte[] message)
    {
        to.WriteTag(field, WireFormat.WireType.LengthDelimited);
        to.WriteBytes(ByteString.CopyFrom(message));
    }

    private sealed record Written(ImmutableArray<ResourceKind> Kinds, byte[] Document);
}
