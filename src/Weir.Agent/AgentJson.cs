using System.Text.Json.Serialization;
using Weir.Agent.Endpoints;

namespace Weir.Agent;

/// <summary>Serialisers of the agent's own files and messages, made at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EndpointRecord[]))]
[JsonSerializable(typeof(EndpointRequest))]
[JsonSerializable(typeof(EndpointAnswer))]
internal sealed partial class AgentJson : JsonSerializerContext;
