using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Weir.Cluster;
using Weir.Cluster.Objects;
using Weir.Lab.Api;
using Weir.Lab.Api.Access;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>The server's loopback address: TLS, and nobody whom it does not know.</summary>
public sealed class SecureServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-tls-");
    private ApiKeys _keys = null!;
    private ApiServer _server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _keys = ApiKeys.Open(Path.Combine(_folder.FullName, "keys"), TimeProvider.System);
        _server = new ApiServer(new ApiServerOptions
        {
            Keys = _keys, Loopback = new IPEndPoint(IPAddress.Loopback, 0), SocketPath = Path.Combine(_folder.FullName, "api.sock"),
        });
        await _server.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/version", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/api/v1/namespaces", 401)]
    [InlineData("/apis", 401)]
    [InlineData("/openapi/v3", 401)]
    public async Task Whoever_says_nothing_of_themselves_sees_only_whether_the_server_lives(string path, int code)
    {
        var (got, body) = await GetAsync(path, null, null);

        Assert.Equal(code, got);
        if (code == 401)
            Assert.Equal("""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}""", body);
    }

    [Fact]
    public async Task A_token_that_is_not_known_is_refused_even_where_none_is_needed()
    {
        Assert.Equal(401, (await GetAsync("/version", "guessed", null)).Code);
        Assert.Equal(200, (await GetAsync("/api/v1/namespaces", _keys.Token, null)).Code);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var own = X509Certificate2.CreateFromPem(_keys.AdministratorPem, _keys.AdministratorKeyPem);
        Assert.Equal(200, (await GetAsync("/api/v1/namespaces", null, own)).Code);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var forged = new CertificateRequest("O=system:masters, CN=kubernetes-admin", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        Assert.Equal(401, (await GetAsync("/api/v1/namespaces", null, forged)).Code);
    }

    [Fact]
    public async Task The_servers_own_socket_asks_for_nothing()
    {
        using var connection = KubernetesConnection.Open($"unix:{_folder.FullName}/api.sock");
        var made = await connection.SendAsync(
            HttpMethod.Post, "/api/v1/namespaces", JsonNode.Parse("""{"metadata":{"name":"a"}}"""), Ct);
        Assert.Equal("a", made.Text("metadata", "name"));
    }

    [Fact]
    public void Keys_that_were_made_once_are_read_the_next_time_and_are_their_owners_alone()
    {
        var folder = Path.Combine(_folder.FullName, "keys");
        using var again = ApiKeys.Open(folder, TimeProvider.System);

        Assert.Equal((_keys.Token, _keys.AuthorityPem, _keys.AdministratorKeyPem), (again.Token, again.AuthorityPem, again.AdministratorKeyPem));
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.All(Directory.EnumerateFiles(folder), file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder) & Others);
    }

    private async Task<(int Code, string Body)> GetAsync(string path, string? token, X509Certificate2? certificate)
    {
        using var authority = X509Certificate2.CreateFromPem(_keys.AuthorityPem);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = policy;
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{_server.Port}{path}");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
