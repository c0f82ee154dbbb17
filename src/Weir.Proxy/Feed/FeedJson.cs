using System.Text.Json;
using System.Text.Json.Serialization;
using Weir.Model;

namespace Weir.Proxy.Feed;

/// <summary>The messages of the feed as JSON. A member that a reader does not know is skipped, so that either side may be newer.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FeedHello))]
[JsonSerializable(typeof(FeedUpdate))]
[JsonSerializable(typeof(FeedAck))]
[JsonSerializable(typeof(HttpExchange))]
internal sealed partial class FeedJson : JsonSerializerContext
{
    /// <summary>Reads a frame's payload.</summary>
    /// <exception cref="InvalidDataException">It is not what its kind says.</exception>
    public static T Read<T>(ReadOnlySpan<byte> payload, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type) ?? throw new InvalidDataException($"'null' on proxy.sock where a {typeof(T).Name} was expected.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"What came on proxy.sock is no {typeof(T).Name}: {e.Message}", e);
        }
    }
}
