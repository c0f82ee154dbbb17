using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using Weir.Cluster.Objects;

namespace Weir.Cluster;

/// <summary>A way to a Kubernetes API server: raw documents over HTTP, and the typed client where that is shorter.</summary>
/// <remarks>Safe for many threads; disposing it ends every watch.</remarks>
public sealed class KubernetesConnection : IDisposable
{
    private readonly Kubernetes _client;

    private KubernetesConnection(KubernetesClientConfiguration configuration, string address)
    {
        _client = new Kubernetes(configuration);
        Address = address;
    }

    /// <summary>The address that was opened, for messages.</summary>
    public string Address { get; }

    /// <summary>The typed client over the same connections.</summary>
    public IKubernetes Typed => _client;

    /// <summary>Opens an address. Nothing is sent yet.</summary>
    /// <param name="address">
    /// <c>unix:PATH</c>, <c>http://127.0.0.1:PORT</c>, <c>kubeconfig:PATH</c> (its current context), <c>kubeconfig:</c> (the user's own file)
    /// or <c>in-cluster</c> (the pod's service account).
    /// </param>
    /// <exception cref="ArgumentException">The address is none of these.</exception>
    public static KubernetesConnection Open(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address == "in-cluster") return new KubernetesConnection(KubernetesClientConfiguration.InClusterConfig(), address);
        if (After(address, "unix:") is { Length: > 0 } socket) return new KubernetesConnection(OverSocket(socket), address);
        if (After(address, "kubeconfig:") is { } file)
        {
            var path = file.Length == 0 ? null : file;
            return new KubernetesConnection(KubernetesClientConfiguration.BuildConfigFromConfigFile(path), address);
        }

        if (address.StartsWith("http://", StringComparison.Ordinal))
            return new KubernetesConnection(new KubernetesClientConfiguration { Host = address }, address);
        throw new ArgumentException(
            $"'{address}' is no address of an API server: give unix:PATH, http://HOST:PORT, kubeconfig:PATH or in-cluster", nameof(address));
    }

    /// <summary>Sends one request and reads the whole answer.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path with its query, such as <c>/api/v1/pods?limit=1</c>.</param>
    /// <param name="body">The document to send; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="contentType">What the body is; a patch names its kind here.</param>
    /// <exception cref="ApiRefusedException">The server refused; its reason and code are in the exception.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<JsonObject> SendAsync(
        HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken, string contentType = "application/json")
    {
        using var response = await RequestAsync(method, path, body, contentType, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (response.IsSuccessStatusCode) return JsonTree.Parse(bytes);
        throw ApiRefusedException.Read((int)response.StatusCode, bytes);
    }

    /// <summary>Sends a GET and hands over the answer's bytes as they come. The caller disposes the stream.</summary>
    /// <exception cref="ApiRefusedException">The server refused.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<Stream> OpenStreamAsync(string path, CancellationToken cancellationToken)
    {
        var response = await RequestAsync(
            HttpMethod.Get, path, null, "application/json", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode) return await response.Content.ReadAsStreamAsync(cancellationToken);
        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            throw ApiRefusedException.Read((int)response.StatusCode, bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string? After(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static KubernetesClientConfiguration OverSocket(string path) => new()
    {
        Host = "http://localhost",
        FirstMessageHandlerSetup = handler =>
        {
            // A watch holds its connection, so there must be no small bound on them.
            handler.MaxConnectionsPerServer = int.MaxValue;
            handler.UseProxy = false;
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        },
    };

    private async Task<HttpResponseMessage> RequestAsync(
        HttpMethod method,
        string path,
        JsonNode? body,
        string contentType,
        HttpCompletionOption completion,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;

        // The name under which the server notes which fields we set.
        request.Headers.UserAgent.ParseAdd("weir");
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, contentType);
        if (_client.Credentials is { } credentials) await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        return await _client.HttpClient.SendAsync(request, completion, cancellationToken);
    }
}
