using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Weir.Cluster;
using Weir.Hub.Ui;
using Weir.Observe.Hubble;
using Weir.Observe.Relay;
using Weir.Unit.Lab;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.Hub.Ui;

/// <summary>A hub with the flows of <see cref="HubScene"/> in its store, a node whose observer really listens, and a page's client.</summary>
internal sealed class UiScene : IAsyncDisposable
{
    private readonly HubScene _scene = new();
    private bool _isNodeStopped;
    private readonly string _web = Directory.CreateTempSubdirectory("weir-web").FullName;

    public HubbleSite Node { get; private set; } = null!;

    /// <summary>A client without a token; it keeps cookies.</summary>
    public HttpClient Page { get; private set; } = null!;

    /// <summary>A client that shows the operators' token.</summary>
    public HttpClient Script => _scene.Client;

    public string Token => _scene.Folder.Token();

    public string ViewerToken => _scene.Folder.ViewerToken();

    public string WebFolder => _web;

    public async Task StartAsync(KubernetesConnection? api = null, string? revisions = null)
    {
        Node = await HubbleSite.StartAsync();
        await _scene.StartAsync(new UiOptions
        {
            ViewerToken = ViewerToken,
            ClusterName = "test",
            WebFolder = _web,
            Nodes = new RelayOptions { Version = "9.9.9", FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromMilliseconds(300) },
            Peers = [new PeerNode("node1", "unix:" + Node.Socket, null)],
            Api = api,
            Revisions = revisions,
        });
        Page = _scene.Connect();
        await Eventually.HoldsAsync(async () => (await GetAsync("/ui/api/state")).GetProperty("nodes")[0].GetProperty("state").GetString() == "connected", "the node is connected");
    }

    /// <summary>Signs the page in; what it was told.</summary>
    public async Task<JsonElement> SignInAsync(string token)
    {
        using var response = await Page.PostAsJsonAsync("/ui/api/session", new { token });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Page.DefaultRequestHeaders.Remove("X-Weir-Csrf");
        Page.DefaultRequestHeaders.Add("X-Weir-Csrf", body.GetProperty("csrf").GetString());
        return body;
    }

    /// <summary>An answer to a script.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Script.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>An answer to a script that sends JSON.</summary>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Script.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The refusal that a script gets.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Error)> RefusalAsync(string path)
    {
        using var response = await Script.GetAsync(path);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error"));
    }

    /// <summary>The node goes away.</summary>
    public async Task StopNodeAsync()
    {
        if (!_isNodeStopped) await Node.DisposeAsync();
        _isNodeStopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        Page?.Dispose();
        await _scene.DisposeAsync();
        await StopNodeAsync();
        Directory.Delete(_web, recursive: true);
    }
}
