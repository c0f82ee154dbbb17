using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Weir.Cni;

/// <summary>Asks the node's agent: one JSON object a line, one line back.</summary>
internal sealed class AgentClient(string socketPath)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Reserves an endpoint and its addresses; the same container and interface get the same answer again.</summary>
    public Allocation Allocate(CniRequest request)
    {
        var line = Ask(JsonSerializer.Serialize(
            new AllocateRequest("allocate", request.ContainerId, request.Interface, request.PodNamespace, request.Pod, request.Uid), CniJson.Default.AllocateRequest));
        return JsonSerializer.Deserialize(line, CniJson.Default.Allocation) is { HostInterface.Length: > 0 } answer
            ? answer
            : throw new CniException(CniException.Refused, $"The agent's answer to 'allocate' lacks 'hostInterface': {line}");
    }

    /// <summary>Returns once the endpoint's policy is in force.</summary>
    public void Attach(uint endpointId) => Ask(JsonSerializer.Serialize(new AttachRequest("attach", endpointId), CniJson.Default.AttachRequest));

    /// <summary>Gives the endpoint back; an unknown one is no error.</summary>
    public void Release(string containerId, string ifName) =>
        Ask(JsonSerializer.Serialize(new ReleaseRequest("release", containerId, ifName), CniJson.Default.ReleaseRequest));

    /// <summary>Connects and says nothing.</summary>
    /// <exception cref="CniException">Nobody listens.</exception>
    public void RequireReachable()
    {
        using var socket = Connect(CniException.NotAvailable);
    }

    private string Ask(string request)
    {
        using var socket = Connect(CniException.TryAgainLater);
        socket.SendTimeout = socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        socket.Send(Encoding.UTF8.GetBytes(request + "\n"));
        var answer = ReadLine(socket);
        try
        {
            if (JsonSerializer.Deserialize(answer, CniJson.Default.AgentError)?.Error is { } error)
                throw new CniException(CniException.Refused, $"The agent refused: {error}");
        }
        catch (JsonException e)
        {
            throw new CniException(CniException.Refused, $"The agent at {socketPath} answered no JSON ({e.Message}): {answer}");
        }

        return answer;
    }

    private string ReadLine(Socket socket)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var received = socket.Receive(line.GetSpan(1024));
            if (received == 0) throw new CniException(CniException.TryAgainLater, $"The agent at {socketPath} closed the connection without an answer.");
            line.Advance(received);
            var end = line.WrittenSpan.IndexOf((byte)'\n');
            if (end >= 0) return Encoding.UTF8.GetString(line.WrittenSpan[..end]);
            if (line.WrittenCount > 64 * 1024) throw new CniException(CniException.Refused, $"The agent at {socketPath} answered more than 64 KiB without a line's end.");
        }
    }

    private Socket Connect(uint code)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new CniException(code, $"No agent listens on {socketPath} ({e.SocketErrorCode}); is 'weir agent' running on this node?");
        }
    }
}
