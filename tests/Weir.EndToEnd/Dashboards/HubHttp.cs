using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Weir.EndToEnd.Dashboards;

/// <summary>Asks a hub over HTTPS with its token, as Grafana's Kusto plugin and as the page do.</summary>
internal sealed class HubHttp : IDisposable
{
    private readonly HttpClient _client;

    public HubHttp(string address, string token, string authority)
    {
        using var issuer = X509Certificate2.CreateFromPem(File.ReadAllText(authority));
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { X509CertificateLoader.LoadCertificate(issuer.RawData) }, RevocationMode = X509RevocationMode.NoCheck };
        _client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } }) { BaseAddress = new Uri(address.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(60) };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", token);
    }

    /// <summary>The rows of a KQL query, or of a management command at the same path, as the plugin sends both.</summary>
    /// <exception cref="InvalidOperationException">It is refused; the message has the query and why.</exception>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string kql, CancellationToken cancellation)
    {
        using var answer = await _client.PostAsJsonAsync("v1/rest/query", new { db = "weir", csl = kql }, cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{body}\n{kql}");
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.GetProperty("Tables")[0].GetProperty("Rows").EnumerateArray().Select(r => r.Clone())];
    }

    /// <summary>What a path of the page's side answers.</summary>
    /// <exception cref="InvalidOperationException">It is refused; the message has why.</exception>
    public async Task<JsonElement> PageAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _client.GetAsync(new Uri("ui/api/" + path, UriKind.Relative), cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {body}");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    public void Dispose() => _client.Dispose();
}
