using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Weir.Proxy.Feed;

/// <summary>The messages of the feed as JSON. A member that a reader does not know is skipped, one that is missing keeps its default: either side may be newer.</summary>
internal static class FeedJson
{
    // By reflection: generated code would set what is missing to nothing, not to its default.
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Writes a message.</summary>
    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, s_options);

    /// <summary>Reads a frame's payload.</summary>
    /// <exception cref="InvalidDataException">It is not what its kind says.</exception>
    public static T Read<T>(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload, s_options) ?? throw new InvalidDataException($"'null' where a {typeof(T).Name} was expected.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"What was read is no {typeof(T).Name}: {e.Message}", e);
        }
    }
}
