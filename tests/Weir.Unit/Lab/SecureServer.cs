using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Lab.Api;
using Weir.Lab.Api.Access;
using Weir.Lab.Controllers;
using Weir.Lab.Front;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>A server with keys of its own on loopback, its controllers, and clients that show what a test wants them to.</summary>
public sealed class SecureServer : IAsyncDisposable
{
    private readonly X509Certificate2 _authority;
    private Running? _controllers;

    private SecureServer(int history)
    {
        Keys = ApiKeys.Open(Path.Combine(Folder.FullName, "keys"), TimeProvider.System);
        _authority = X509Certificate2.CreateFromPem(Keys.AuthorityPem);
        Server = new ApiServer(new ApiServerOptions
        {
            Keys = Keys, Loopback = new IPEndPoint(IPAddress.Loopback, 0), SocketPath = Path.Combine(Folder.FullName, "api.sock"), HistoryLength = history,
        });
        Connection = KubernetesConnection.Open($"unix:{Folder.FullName}/api.sock");
    }

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("weir-tls-");

    public ApiKeys Keys { get; }

    public ApiServer Server { get; }

    /// <summary>The administrator's way in.</summary>
    public KubernetesConnection Connection { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SecureServer> StartAsync(int history = 8192)
    {
        var started = new SecureServer(history);
        await started.Server.StartAsync(Ct);
        var controllers = new LabControllers(started.Connection, server: started.Server);
        await controllers.PrepareAsync(Ct);
        started._controllers = new Running(controllers.RunAsync);
        return started;
    }

    /// <summary>A client that knows the server by a kubeconfig alone.</summary>
    public KubernetesConnection OpenByKubeconfig()
    {
        var path = Path.Combine(Folder.FullName, "kubeconfig");
        Kubeconfig.Write(path, $"https://127.0.0.1:{Server.Port}", Keys);
        return KubernetesConnection.Open($"kubeconfig:{path}");
    }

    /// <summary>Sends a request over TLS.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="token">A bearer token; null for none.</param>
    /// <param name="certificate">The client's; null for none.</param>
    /// <param name="headers">NAME: VALUE.</param>
    public async Task<(int Code, string Body)> SendAsync(
        HttpMethod method, string path, string? body = null, string? token = null, X509Certificate2? certificate = null, params string[] headers)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_authority);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = policy;
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(method, $"https://localhost:{Server.Port}{path}");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var header in headers) request.Headers.Add(header.Split(": ")[0], header.Split(": ")[1]);
        using var answer = await client.SendAsync(request, Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Sends a request as the administrator who acts as somebody else.</summary>
    public async Task<(int Code, JsonObject Document)> AsAsync(string user, HttpMethod method, string path, string? body = null, params string[] headers)
    {
        var (code, text) = await SendAsync(method, path, body, Keys.Token, null, [$"Impersonate-User: {user}", .. headers]);
        return (code, JsonNode.Parse(text)!.AsObject());
    }

    public Task<JsonObject> CreateAsync(string path, string json) => Connection.SendAsync(HttpMethod.Post, path, JsonNode.Parse(json), Ct);

    public async ValueTask DisposeAsync()
    {
        if (_controllers is not null) await _controllers.DisposeAsync();
        Connection.Dispose();
        await Server.DisposeAsync();
        _authority.Dispose();
        Keys.Dispose();
        Folder.Delete(recursive: true);
    }
}
