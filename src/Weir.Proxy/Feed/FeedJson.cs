using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Weir.Proxy.Feed;

/// <summary>The messages of the feed as JSON. A member that a reader does not know is skipped, one that is missing keeps its default: either side may be newer.</summary>
internal static class FeedJson
{
    /// <summary>Writes a message.</summary>
    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, Of<T>());

    /// <summary>Reads a frame's payload.</summary>
    /// <exception cref="InvalidDataException">It is not what its kind says.</exception>
    public static T Read<T>(ReadOnlySpan<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, Of<T>()) ?? throw new InvalidDataException($"'null' where a {typeof(T).Name} was expected.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"What was read is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    private static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)FeedContext.Default.GetTypeInfo(typeof(T))!;
}

/// <summary>How the messages are read and written, made at build: the proxy is native code, and has to start fast.</summary>
/// <remarks>What is missing is set to nothing where a member can be set only once; the lists of rules take that for empty, and the messages have members that can be set.</remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FeedHello))]
[JsonSerializable(typeof(FeedUpdate))]
[JsonSerializable(typeof(FeedAck))]
internal sealed partial class FeedContext : JsonSerializerContext;
