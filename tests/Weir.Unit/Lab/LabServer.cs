using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Lab.Api;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>A real API server on a Unix socket of its own, with a connection to it.</summary>
public sealed class LabServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-api-");
    private readonly bool _onDisk;
    private readonly int _history;
    private ApiServer? _server;

    private LabServer(bool onDisk, int history) => (_onDisk, _history) = (onDisk, history);

    public string Address => $"unix:{Path.Combine(_folder.FullName, "api.sock")}";

    public KubernetesConnection Connection { get; private set; } = null!;

    public static async Task<LabServer> StartAsync(bool onDisk = false, int history = 8192, Action<ApiServer>? prepare = null)
    {
        var server = new LabServer(onDisk, history);
        await server.UpAsync(prepare);
        server.Connection = KubernetesConnection.Open(server.Address);
        await server.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"default"}}""");
        return server;
    }

    public async Task UpAsync(Action<ApiServer>? prepare = null)
    {
        _server = new ApiServer(new ApiServerOptions
        {
            SocketPath = Address["unix:".Length..],
            DatabasePath = _onDisk ? Path.Combine(_folder.FullName, "api.db") : null,
            HistoryLength = _history,
        });
        prepare?.Invoke(_server);
        await _server.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task DownAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    public Task<JsonObject> GetAsync(string path) => Connection.SendAsync(HttpMethod.Get, path, null, TestContext.Current.CancellationToken);

    public Task<JsonObject> CreateAsync(string path, string json) =>
        Connection.SendAsync(HttpMethod.Post, path, JsonNode.Parse(json), TestContext.Current.CancellationToken);

    public Task<JsonObject> ReplaceAsync(string path, JsonNode body) =>
        Connection.SendAsync(HttpMethod.Put, path, body, TestContext.Current.CancellationToken);

    public Task<JsonObject> MergeAsync(string path, string json) => Connection.SendAsync(
        HttpMethod.Patch, path, JsonNode.Parse(json), TestContext.Current.CancellationToken, "application/merge-patch+json");

    public Task<JsonObject> DeleteAsync(string path, string? options = null) => Connection.SendAsync(
        HttpMethod.Delete, path, options is null ? null : JsonNode.Parse(options), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Connection?.Dispose();
        await DownAsync();
        _folder.Delete(recursive: true);
    }
}
