using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Weir.Cli.Lab;
using Weir.FlowLog.Query;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;
using Weir.Lab.Front;

namespace Weir.Cli.Query;

/// <summary>Asks a hub, or any server that speaks Kusto's REST.</summary>
internal sealed class HubClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _server;

    private HubClient(HttpClient http, Uri server) => (_http, _server) = (http, server);

    /// <summary>A client of the server that is meant.</summary>
    /// <param name="server">Its address, or <c>lab</c> for the lab that runs on this machine.</param>
    /// <param name="token">The token; null where the server wants none.</param>
    /// <param name="authority">A file with the CA's certificate; null for those that the machine trusts.</param>
    /// <exception cref="UsageException">No lab runs, the address is none, or the certificate cannot be read.</exception>
    public static HubClient Of(string server, string? token, string? authority)
    {
        if (server == "lab")
        {
            var services = LabFiles.RunFolders(null).Select(LabServices.Read).FirstOrDefault(s => s?.Find("kusto") is not null)
                ?? throw new UsageException("no lab runs on this machine; start one with 'weir lab up', or give the server's address.");
            (server, token, authority) = (services.Find("kusto")!, token ?? services.Find("token"), authority ?? services.Find("ca"));
        }

        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw new UsageException($"--server {server} is no address; give https://HOST:PORT, or lab.");
        var handler = new SocketsHttpHandler();
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(Certificate(authority));
        }

        var http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(10) };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new HubClient(http, address);
    }

    /// <summary>Asks.</summary>
    /// <exception cref="QueryFailedException">The server cannot be reached, or refuses; the message says why.</exception>
    public async Task<QueryAnswer> AskAsync(string query, CancellationToken cancellation)
    {
        try
        {
            var request = JsonSerializer.Serialize(new Dictionary<string, string> { ["db"] = QueryEngine.Catalog.Database, ["csl"] = query });
            using var content = new StringContent(request, Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri(_server, "/v2/rest/query"), content, cancellation);
            if (response.StatusCode == HttpStatusCode.Unauthorized) throw new QueryFailedException($"{_server} wants a token; give --token.");
            var text = await response.Content.ReadAsStringAsync(cancellation);
            if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.BadRequest) throw new QueryFailedException($"{_server} answered {(int)response.StatusCode} {response.ReasonPhrase}.");
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (HttpRequestException e)
        {
            throw new QueryFailedException($"{_server} cannot be asked: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new QueryFailedException($"{_server} does not speak Kusto's REST: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static X509Certificate2 Certificate(string file)
    {
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new UsageException($"--ca {file} cannot be used: {e.Message}");
        }
    }

    private static QueryAnswer Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object) throw new QueryFailedException(Message(root));
        var frames = root.EnumerateArray().ToList();
        var failure = frames.Find(f => f.TryGetProperty("OneApiErrors", out var errors) && errors.GetArrayLength() > 0);
        if (failure.ValueKind == JsonValueKind.Object) throw new QueryFailedException(Message(failure.GetProperty("OneApiErrors")[0]));
        var charts = frames.Where(f => Kind(f) == "QueryProperties").SelectMany(f => f.GetProperty("Rows").EnumerateArray())
            .Where(r => r[1].GetString() == "Visualization").ToDictionary(r => r[0].GetInt32(), r => RenderOf(r[2]));
        var before = frames.Where(f => Kind(f) == "QueryProperties").SelectMany(f => f.GetProperty("Rows").EnumerateArray()).FirstOrDefault(r => r[1].GetString() == "AggregatedBefore");
        return new QueryAnswer(
            [.. frames.Where(f => Kind(f) == "PrimaryResult").Select(f => Table(f, charts.GetValueOrDefault(f.GetProperty("TableId").GetInt32())))],
            [],
            before.ValueKind == JsonValueKind.Array ? DateTimeReader.Read(before[2].GetString() ?? "") ?? 0 : 0);
    }

    private static string? Kind(JsonElement frame) => frame.TryGetProperty("TableKind", out var kind) ? kind.GetString() : null;

    private static string Message(JsonElement holder)
    {
        var error = holder.GetProperty("error");
        return (error.TryGetProperty("innererror", out var inner) && inner.TryGetProperty("message", out var message) ? message : error.GetProperty("@message")).GetString() ?? "";
    }

    private static RenderRequest? RenderOf(JsonElement told)
    {
        using var document = JsonDocument.Parse(told.GetString() ?? "{}");
        var chart = document.RootElement.TryGetProperty("Visualization", out var name) ? name.GetString() : null;
        var title = document.RootElement.TryGetProperty("Title", out var text) ? text.GetString() : null;
        return chart is null ? null : new RenderRequest(chart, title is null ? [] : System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("title", title));
    }

    private static QueryTable Table(JsonElement frame, RenderRequest? render)
    {
        var columns = frame.GetProperty("Columns").EnumerateArray().Select((c, i) => new Column(i, c.GetProperty("ColumnName").GetString()!, KqlTypes.Named(c.GetProperty("ColumnType").GetString()!))).ToArray();
        var rows = frame.GetProperty("Rows").EnumerateArray().Select(r => r.EnumerateArray().Select((cell, i) => CellReader.Read(cell, columns[i].Type)).ToArray()).ToList();
        return new QueryTable(frame.GetProperty("TableName").GetString() ?? "", [.. columns], rows, render);
    }
}
