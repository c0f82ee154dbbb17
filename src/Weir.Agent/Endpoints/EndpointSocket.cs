using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Weir.Agent.Endpoints;

/// <summary>Serves the CNI plugin on a Unix socket: gives out addresses, attaches interfaces, takes them back; and tells which policies are in force.</summary>
internal sealed partial class EndpointSocket(
    string path,
    EndpointRegistry registry,
    Func<EndpointRecord, CancellationToken, Task> attach,
    Action<EndpointRecord> detach,
    Func<IReadOnlyDictionary<string, long>> policies,
    ILogger<EndpointSocket> logger) : IAsyncDisposable
{
    private const int LongestRequest = 16 * 1024;
    private const int PodMtuBytes = 1500;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Binds the socket; what a dead agent left at the path is replaced.</summary>
    public void Listen()
    {
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        // Whoever may connect may give out addresses: the owner alone.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(64);
    }

    /// <summary>Answers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _ = ServeAsync(client, cancellation);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        File.Delete(path);
        return ValueTask.CompletedTask;
    }

    private async Task ServeAsync(Socket client, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            while (await ReadLineAsync(stream, cancellation) is { } line)
            {
                var answer = await AnswerAsync(line, cancellation);
                var bytes = JsonSerializer.SerializeToUtf8Bytes(answer, AgentJson.Default.EndpointAnswer);
                await stream.WriteAsync((byte[])[.. bytes, (byte)'\n'], cancellation);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            Log.ClientLost(logger, e.Message);
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadLineAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) return null;
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0) return buffer.AsMemory(0, end);
        }

        throw new IOException($"a request longer than {LongestRequest} bytes");
    }

    private async Task<EndpointAnswer> AnswerAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        try
        {
            var request = JsonSerializer.Deserialize(line.Span, AgentJson.Default.EndpointRequest) ?? new EndpointRequest();
            return request.Op switch
            {
                "allocate" => Allocate(request),
                "attach" => await AttachAsync(request, cancellation),
                "release" => Release(request),
                "policies" => new EndpointAnswer { Policies = policies() },
                _ => Refuse($"The operation '{request.Op}' is not known; ask for allocate, attach, release or policies."),
            };
        }
        catch (JsonException e)
        {
            return Refuse($"The request is no JSON object: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or Datapath.DatapathException or IOException)
        {
            Log.Refused(logger, e.Message);
            return Refuse(e.Message);
        }
    }

    private EndpointAnswer Allocate(EndpointRequest request)
    {
        if (request is not { ContainerId.Length: > 0, IfName.Length: > 0, Pod.Length: > 0, Namespace.Length: > 0 })
            return Refuse("allocate needs containerId, ifName, namespace and pod.");
        var record = registry.Allocate(request.ContainerId, request.IfName, request.Namespace, request.Pod, request.Uid ?? "");
        return new EndpointAnswer
        {
            EndpointId = record.EndpointId,
            Ipv4 = record.IPv4,
            Ipv6 = record.IPv6,
            HostInterface = record.HostInterface,
            Mtu = PodMtuBytes,
        };
    }

    private async Task<EndpointAnswer> AttachAsync(EndpointRequest request, CancellationToken cancellation)
    {
        if (registry.Find(request.EndpointId) is not { } record)
            return Refuse($"No endpoint {request.EndpointId} was allocated on this node.");
        await attach(record, cancellation);
        registry.MarkAttached(record.EndpointId);
        return new EndpointAnswer { Ok = true };
    }

    private EndpointAnswer Release(EndpointRequest request)
    {
        // The tables go first: an address must not be given to another pod while they still name the old one.
        var record = registry.All.FirstOrDefault(r => r.ContainerId == request.ContainerId && r.IfName == request.IfName);
        if (record is not null)
        {
            detach(record);
            registry.Release(record.ContainerId, record.IfName);
        }

        return new EndpointAnswer { Ok = true };
    }

    private static EndpointAnswer Refuse(string why) => new() { Error = why };

    private static partial class Log
    {
        [LoggerMessage(9001, LogLevel.Warning, "A CNI request was refused: {Why}")]
        public static partial void Refused(ILogger logger, string why);

        [LoggerMessage(9002, LogLevel.Debug, "A CNI client went away: {Why}")]
        public static partial void ClientLost(ILogger logger, string why);
    }
}
