using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Lab.Guide;

/// <summary>Asks a node's agent on its socket.</summary>
internal static class AgentQuestion
{
    /// <summary>Which policies the node enforces, by <c>Kind namespace/name</c>, with the generation of their rules; null when the agent does not answer.</summary>
    public static async Task<IReadOnlyDictionary<string, long>?> PoliciesAsync(string socketPath, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellation);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes("""{"op":"policies"}""" + "\n"), cancellation);
            using var reader = new StreamReader(stream);
            var answer = JsonNode.Parse(await reader.ReadLineAsync(cancellation) ?? "{}");
            return answer?["policies"]?.AsObject().ToDictionary(p => p.Key, p => (long)p.Value!);
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException)
        {
            return null;
        }
    }
}
