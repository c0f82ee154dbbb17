using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Lab.Pods;

/// <summary>Asks a node's agent on its socket: one JSON object a line, one line in answer.</summary>
internal static class AgentSocket
{
    /// <summary>Asks one thing.</summary>
    /// <exception cref="LabException">The agent does not answer, or refuses; the message is its own.</exception>
    public static async Task<JsonObject> AskAsync(string path, JsonObject question, CancellationToken cancellation)
    {
        JsonObject answer;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(question.ToJsonString() + "\n"), cancellation);
            using var reader = new StreamReader(stream);
            answer = JsonNode.Parse(await reader.ReadLineAsync(cancellation) ?? "{}") as JsonObject ?? [];
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException)
        {
            throw new LabException($"The agent at {path} does not answer: {e.Message}", e);
        }

        return (string?)answer["error"] is { } error ? throw new LabException(error) : answer;
    }
}
