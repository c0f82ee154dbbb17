using System.Text.Json.Nodes;
using Weir.Lab.Pods;

namespace Weir.Lab.Guide;

/// <summary>Asks a node's agent on its socket.</summary>
internal static class AgentQuestion
{
    /// <summary>Which policies the node enforces, by <c>Kind namespace/name</c>, with the generation of their rules; null when the agent does not answer.</summary>
    public static async Task<IReadOnlyDictionary<string, long>?> PoliciesAsync(string socketPath, CancellationToken cancellation)
    {
        try
        {
            var answer = await AgentSocket.AskAsync(socketPath, new JsonObject { ["op"] = "policies" }, cancellation);
            return answer["policies"]?.AsObject().ToDictionary(p => p.Key, p => (long)p.Value!);
        }
        catch (LabException)
        {
            return null;
        }
    }
}
