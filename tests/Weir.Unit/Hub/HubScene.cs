using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.FlowLog.Query;
using Weir.FlowLog.Store;
using Weir.Hub;
using Weir.Hub.Ui;
using Weir.Observe.Server;
using Weir.Unit.FlowLog;
using Weir.Unit.Observe;

namespace Weir.Unit.Hub;

/// <summary>A hub with some flows, and a client that trusts it.</summary>
internal sealed class HubScene : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-hub").FullName;
    private readonly X509Certificate2 _certificate;
    private HubServer? _hub;

    public HubScene()
    {
        Folder = new HubFolder(_folder);
        _certificate = Folder.Certificate(["localhost", "127.0.0.1"], TimeProvider.System);
    }

    public HubFolder Folder { get; }

    public HttpClient Client { get; private set; } = null!;

    public HubServer Hub => _hub!;

    /// <summary>Starts it with 60 drops and 40 forwarded flows of the last minutes.</summary>
    public async Task StartAsync(UiOptions? ui = null)
    {
        _hub = await HubServer.StartAsync(
            new HubOptions
            {
                Store = new StoreOptions { Folder = Folder.Store },
                IngestSocket = Folder.Socket,
                History = new ServerListeners { UnixSocket = Folder.HistorySocket },
                Certificate = _certificate,
                Token = Folder.Token(),
                Limits = new QueryLimits(Rows: 10_000),
                Ui = ui ?? new UiOptions(),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            CancellationToken.None);
        await _hub.Store.AppendAsync(StoreScene.BatchOf("node1", 1, 60, TimeProvider.System.GetUtcNow().AddMinutes(-5), _ => Flows.Drop()), CancellationToken.None);
        await _hub.Store.AppendAsync(StoreScene.BatchOf("node1", 2, 40, TimeProvider.System.GetUtcNow().AddMinutes(-4)), CancellationToken.None);
        _hub.Store.Flush();

        Client = Connect();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Folder.Token());
    }

    /// <summary>A client that trusts the hub, keeps cookies and shows no token.</summary>
    public HttpClient Connect()
    {
        var authority = X509Certificate2.CreateFromPem(File.ReadAllText(Folder.Authority));
        return new HttpClient(new SocketsHttpHandler
        {
            CookieContainer = new CookieContainer(),
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        })
        { BaseAddress = new Uri($"https://127.0.0.1:{Hub.Address.Port}") };
    }

    /// <summary>From when on rows are single flows.</summary>
    public DateTime RawFrom
    {
        get
        {
            using var held = Hub.Store.Hold();
            return new DateTime(held.Manifest.RawFrom, DateTimeKind.Utc);
        }
    }

    /// <summary>Adds flows that are old enough to become aggregates at once.</summary>
    public async Task AddAggregatesAsync()
    {
        await Hub.Store.AppendAsync(StoreScene.BatchOf("node2", 1, 50, TimeProvider.System.GetUtcNow().AddHours(-30)), CancellationToken.None);
        Hub.Store.Flush();
        Hub.Store.Compact();
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string body, string? prefer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
        return await SendAsync(request);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (text.Length == 0) return (response.StatusCode, default);
        using var document = JsonDocument.Parse(text);
        return (response.StatusCode, document.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_hub is not null) await _hub.DisposeAsync();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
