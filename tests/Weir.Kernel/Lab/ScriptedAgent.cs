using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Weir.Kernel.Lab;

/// <summary>Answers the CNI plugin on a Unix socket as a node's agent does, without any policy: addresses counted up from 2.</summary>
internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Dictionary<string, int> _endpoints = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private readonly int _node;
    private readonly int _firstId;

    public ScriptedAgent(string socketPath, int node = 1)
    {
        (_node, _firstId) = (node, 2);
        _listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        _listener.Listen();
        _loop = LoopAsync();
    }

    /// <summary>When set, every request gets it as its error.</summary>
    public string? Refusal { get; set; }

    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptAsync(_stop.Token);
                await using var stream = new NetworkStream(client);
                using var reader = new StreamReader(stream);
                if (await reader.ReadLineAsync(_stop.Token) is not { } line) continue;
                var request = JsonNode.Parse(line)!.AsObject();
                Requests.Add((string)request["op"]!);
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Answer(request).ToJsonString() + "\n"), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private JsonObject Answer(JsonObject request)
    {
        if (Refusal is not null) return new JsonObject { ["error"] = Refusal };
        switch ((string)request["op"]!)
        {
            case "allocate":
                var key = $"{request["containerId"]}/{request["ifName"]}";
                if (!_endpoints.TryGetValue(key, out var id)) _endpoints[key] = id = _firstId + _endpoints.Count;
                return new JsonObject
                {
                    ["endpointId"] = id,
                    ["ipv4"] = string.Create(CultureInfo.InvariantCulture, $"192.168.{_node}.{id}"),
                    ["ipv6"] = string.Create(CultureInfo.InvariantCulture, $"fd00:192:168:{_node}::{id:x}"),
                    ["hostInterface"] = string.Create(CultureInfo.InvariantCulture, $"weir{id}"),
                    ["mtu"] = 1500,
                };
            default:
                return new JsonObject { ["ok"] = true };
        }
    }
}
