using System.Net.Sockets;
using Weir.Observe.Metrics;

namespace Weir.Hub.Metrics;

/// <summary>Asks the nodes' agents for their metrics, all at once and none for longer than a second.</summary>
/// <param name="nodes">The nodes.</param>
/// <param name="time">The clock.</param>
internal sealed class NodePages(IReadOnlyList<MetricsNode> nodes, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, HttpClient> _clients = nodes.ToDictionary(n => n.Name, Client, StringComparer.Ordinal);

    /// <summary>The nodes' names.</summary>
    public IReadOnlyList<string> Nodes { get; } = [.. nodes.Select(n => n.Name)];

    /// <summary>The page of each node; null of one that did not answer.</summary>
    public async Task<IReadOnlyList<(string Node, byte[]? Page)>> AskAllAsync(bool openMetrics, CancellationToken cancellation)
    {
        var pages = await Task.WhenAll(Nodes.Select(n => AskAsync(n, openMetrics, cancellation)));
        return [.. Nodes.Zip(pages)];
    }

    /// <summary>The page of a node; null where it did not answer.</summary>
    public async Task<byte[]?> AskAsync(string node, bool openMetrics, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://node/metrics");
        request.Headers.TryAddWithoutValidation("Accept", MetricsPage.ContentType(openMetrics));
        try
        {
            using var answer = await _clients[node].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(either.Token) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values) client.Dispose();
    }

    private static HttpClient Client(MetricsNode node) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var isUnix = node.Address.UnixSocket is not null;
            var socket = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (isUnix) await socket.ConnectAsync(new UnixDomainSocketEndPoint(node.Address.UnixSocket!), cancellation);
                else await socket.ConnectAsync(node.Address.Host, node.Address.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    }) { Timeout = Timeout.InfiniteTimeSpan };
}
