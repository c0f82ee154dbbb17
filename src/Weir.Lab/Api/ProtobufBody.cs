using System.Text.Json.Nodes;
using Google.Protobuf;

namespace Weir.Lab.Api;

/// <summary>Reads Kubernetes' protobuf bodies: an envelope with the kind's name, and its message.</summary>
/// <remarks>Newer command lines send <c>create namespace</c>, <c>auth can-i</c> and the like in no other form.</remarks>
internal static class ProtobufBody
{
    /// <summary>The content type.</summary>
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    private const int Deepest = 64;

    private static readonly byte[] _magic = "k8s\0"u8.ToArray();

    /// <summary>Reads a body into the document that JSON would have given.</summary>
    /// <exception cref="ApiStatusException">The bytes are no such message (400), or of a kind that only JSON is understood for (415).</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(_magic)) throw ApiFaults.BadRequest("the protobuf body does not start with the bytes 6b 38 73 00");
        try
        {
            return Envelope(body[_magic.Length..].ToArray());
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw ApiFaults.BadRequest($"the protobuf body cannot be decoded: {fault.Message}");
        }
    }

    private static JsonObject Envelope(byte[] bytes)
    {
        var input = new CodedInputStream(bytes);
        var (version, kind, raw) = ("", "", Array.Empty<byte>());
        while (input.ReadTag() is > 0 and var tag)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1:
                    var type = new CodedInputStream(input.ReadBytes().ToByteArray());
                    while (type.ReadTag() is > 0 and var inner)
                    {
                        if (WireFormat.GetTagFieldNumber(inner) == 1) version = type.ReadString();
                        else if (WireFormat.GetTagFieldNumber(inner) == 2) kind = type.ReadString();
                        else type.SkipLastField();
                    }

                    break;
                case 2:
                    raw = input.ReadBytes().ToByteArray();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        if (!ProtobufMessages.Kinds.TryGetValue(kind, out var message))
            throw new ApiStatusException(
                415, "UnsupportedMediaType", $"a {kind} ({version}) is understood as JSON only: send Content-Type application/json", []);
        var document = Message(raw, message, 0);
        document["apiVersion"] = version;
        document["kind"] = kind;
        return document;
    }

    private static JsonObject Message(byte[] bytes, ProtobufMessages.Message message, int depth)
    {
        if (depth > Deepest) throw ApiFaults.BadRequest($"the protobuf body is nested more than {Deepest} deep");
        var document = new JsonObject();
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is > 0 and var tag)
        {
            if (!message.Fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var field))
            {
                Skip(input, tag, message);
                continue;
            }

            Read(input, document, field, depth);
        }

        return document;
    }

    // An empty message or a zero says nothing; anything else that we do not know must not be dropped in silence.
    private static void Skip(CodedInputStream input, uint tag, ProtobufMessages.Message message)
    {
        var says = WireFormat.GetTagWireType(tag) switch
        {
            WireFormat.WireType.Varint => input.ReadUInt64() != 0,
            WireFormat.WireType.LengthDelimited => input.ReadBytes().Length != 0,
            _ => throw ApiFaults.BadRequest($"the protobuf body has a field of an unknown form in {message.Name}"),
        };
        if (says && message.Name != "Ignored")
            throw new ApiStatusException(
                415,
                "UnsupportedMediaType",
                $"field {WireFormat.GetTagFieldNumber(tag)} of {message.Name} is understood as JSON only: send Content-Type application/json",
                []);
    }

    private static void Read(CodedInputStream input, JsonObject document, ProtobufMessages.Field field, int depth)
    {
        if (field.Type == "map")
        {
            var (key, value) = Pair(input.ReadBytes().ToByteArray(), field, depth);
            if (document[field.Name] is not JsonObject map) document[field.Name] = map = [];
            map[key] = value;
            return;
        }

        var read = field.Message is { } inner ? Inner(input.ReadBytes().ToByteArray(), inner, depth) : Scalar(input, field.Type);
        if (field.Name.Length == 0)
        {
            foreach (var (name, value) in read!.AsObject()) document[name] = value?.DeepClone();
            return;
        }

        if (!field.Repeated)
        {
            if (read is not null) document[field.Name] = read;
            return;
        }

        if (document[field.Name] is not JsonArray list) document[field.Name] = list = [];
        list.Add(read ?? (field.Type == "string" ? "" : null)); // of a list an empty string is an element: the core group is one
    }

    private static JsonNode? Inner(byte[] bytes, ProtobufMessages.Message inner, int depth)
    {
        var document = Message(bytes, inner, depth + 1);
        return inner.Name switch
        {
            "Time" => document.Count == 0
                ? null
                : Timestamps.Text(DateTimeOffset.FromUnixTimeSeconds(document["seconds"]?.GetValue<long>() ?? 0)),
            "Quantity" => document["string"]?.DeepClone() ?? "0",
            "IntOrString" => (document["type"]?.GetValue<long>() ?? 0) == 1
                ? document["strVal"]?.DeepClone() ?? ""
                : document["intVal"]?.DeepClone() ?? 0,

            "Ignored" => null,
            _ => document,
        };
    }

    // Strings and numbers that say nothing are left out, as JSON leaves them out.
    private static JsonNode? Scalar(CodedInputStream input, string type) => type switch
    {
        "string" => input.ReadString() is { Length: > 0 } text ? text : null,
        "bool" => input.ReadBool(),
        "bytes" => Convert.ToBase64String(input.ReadBytes().Span),
        "count" => input.ReadInt64() is not 0 and var count ? count : null,
        _ => input.ReadInt64(),
    };

    private static (string, JsonNode?) Pair(byte[] bytes, ProtobufMessages.Field field, int depth)
    {
        var input = new CodedInputStream(bytes);
        var key = "";
        JsonNode? value = field.Message is null ? "" : null;
        while (input.ReadTag() is > 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1) key = input.ReadString();
            else if (field.Message is { } inner) value = Inner(input.ReadBytes().ToByteArray(), inner, depth);
            else value = field.Value == "bytes" ? Convert.ToBase64String(input.ReadBytes().Span) : input.ReadString();
        }

        return (key, value);
    }
}
