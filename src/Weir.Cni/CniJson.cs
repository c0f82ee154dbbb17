using System.Text.Json.Serialization;

namespace Weir.Cni;

/// <summary>The JSON that goes in and out, generated at build: native code has no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkConfiguration))]
[JsonSerializable(typeof(CniResult))]
[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(VersionResult))]
[JsonSerializable(typeof(AllocateRequest))]
[JsonSerializable(typeof(AttachRequest))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(Allocation))]
[JsonSerializable(typeof(AgentError))]
internal sealed partial class CniJson : JsonSerializerContext;

/// <summary>Answer to VERSION.</summary>
internal sealed record VersionResult(string CniVersion, IReadOnlyList<string> SupportedVersions);

/// <summary>CNI's error object.</summary>
internal sealed record ErrorResult(string CniVersion, uint Code, string Msg);

/// <summary>To the agent.</summary>
internal sealed record AllocateRequest(string Op, string ContainerId, string IfName, string Namespace, string Pod, string Uid);

/// <summary>To the agent.</summary>
internal sealed record AttachRequest(string Op, uint EndpointId);

/// <summary>To the agent.</summary>
internal sealed record ReleaseRequest(string Op, string ContainerId, string IfName);

/// <summary>The agent's refusal.</summary>
internal sealed record AgentError(string? Error);

/// <summary>The agent's answer to <c>allocate</c>.</summary>
/// <param name="EndpointId">Node-wide.</param>
/// <param name="Ipv4">The pod's IPv4 address; null when it has none.</param>
/// <param name="Ipv6">The pod's IPv6 address; null when it has none.</param>
/// <param name="HostInterface">The name to give the host's end.</param>
/// <param name="Mtu">In bytes.</param>
internal sealed record Allocation(uint EndpointId, string? Ipv4, string? Ipv6, string HostInterface, int Mtu);
