using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;
using Weir.Lab.Api.Access;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>The server's loopback address: TLS, and nobody whom it does not know.</summary>
public sealed class SecureServerTests : IAsyncLifetime
{
    private SecureServer _lab = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await SecureServer.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("/version", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/api/v1/namespaces", 401)]
    [InlineData("/apis", 401)]
    [InlineData("/openapi/v3", 401)]
    public async Task Whoever_says_nothing_of_themselves_sees_only_whether_the_server_lives(string path, int code)
    {
        var (got, body) = await _lab.SendAsync(HttpMethod.Get, path);

        Assert.Equal(code, got);
        if (code == 401)
            Assert.Equal("""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}""", body);
    }

    [Fact]
    public async Task A_token_that_is_not_known_is_refused_even_where_none_is_needed()
    {
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/version", token: "guessed")).Code);
        Assert.Equal(200, (await _lab.SendAsync(HttpMethod.Get, "/api/v1/namespaces", token: _lab.Keys.Token)).Code);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var own = X509Certificate2.CreateFromPem(_lab.Keys.AdministratorPem, _lab.Keys.AdministratorKeyPem);
        Assert.Equal(200, (await _lab.SendAsync(HttpMethod.Get, "/api/v1/namespaces", certificate: own)).Code);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var forged = new CertificateRequest("O=system:masters, CN=kubernetes-admin", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        Assert.Equal(401, (await _lab.SendAsync(HttpMethod.Get, "/api/v1/namespaces", certificate: forged)).Code);
    }

    [Fact]
    public async Task The_servers_own_socket_asks_for_nothing()
    {
        var made = await _lab.Connection.SendAsync(HttpMethod.Post, "/api/v1/namespaces", JsonNode.Parse("""{"metadata":{"name":"a"}}"""), Ct);
        Assert.Equal("a", made.Text("metadata", "name"));
    }

    [Fact]
    public void Keys_that_were_made_once_are_read_the_next_time_and_are_their_owners_alone()
    {
        var folder = Path.Combine(_lab.Folder.FullName, "keys");
        using var again = ApiKeys.Open(folder, TimeProvider.System);

        Assert.Equal((_lab.Keys.Token, _lab.Keys.AuthorityPem, _lab.Keys.AdministratorKeyPem), (again.Token, again.AuthorityPem, again.AdministratorKeyPem));
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        Assert.All(Directory.EnumerateFiles(folder), file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder) & Others);
    }
}
