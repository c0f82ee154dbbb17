using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Cni;

/// <summary>The configuration that the runtime hands over on standard input.</summary>
internal sealed record NetworkConfiguration
{
    /// <summary>The version that the result must have.</summary>
    public string CniVersion { get; init; } = "";

    /// <summary>The network's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path of the agent's Unix socket.</summary>
    public string? AgentSocket { get; init; }

    /// <summary>GC only: what must stay.</summary>
    [JsonPropertyName("cni.dev/valid-attachments")]
    public IReadOnlyList<ValidAttachment>? ValidAttachments { get; init; }

    /// <summary>Reads it.</summary>
    /// <exception cref="CniException">It is no JSON, or lacks the agent's socket.</exception>
    public static NetworkConfiguration Read(Stream input)
    {
        NetworkConfiguration? read;
        try
        {
            read = JsonSerializer.Deserialize(input, CniJson.Default.NetworkConfiguration);
        }
        catch (JsonException e)
        {
            throw new CniException(CniException.UndecodableConfiguration, $"The network configuration on standard input is no JSON: {e.Message}");
        }

        return read?.AgentSocket is { Length: > 0 }
            ? read
            : throw new CniException(CniException.InvalidConfiguration, "The network configuration lacks 'agentSocket', the path of the agent's Unix socket.");
    }
}

/// <summary>An attachment that the runtime still has.</summary>
internal sealed record ValidAttachment([property: JsonPropertyName("containerID")] string ContainerId, [property: JsonPropertyName("ifname")] string Interface);
