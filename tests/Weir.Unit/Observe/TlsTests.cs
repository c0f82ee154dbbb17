using Grpc.Core;
using Grpc.Net.Client;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;
using Weir.Observe.Wire.Observers;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Observe;

/// <summary>mTLS on real sockets: who is refused, by whom, and in which words.</summary>
public sealed class TlsTests : IDisposable
{
    private const string ServerName = "node1.default.hubble-grpc.cilium.io";
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-tls-").FullName;
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("the right CA", TimeSpan.FromDays(2), TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_of_the_right_CA_is_answered()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());

        Assert.Equal("1.2.3", (await AskAsync(site, Client("good", _authority))).Version);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused_on_both_sides()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());

        await IsRefusedAsync(site, Material("none", null, null), "the client showed no certificate; this server wants one of the CA in");
    }

    [Fact]
    public async Task A_client_of_another_CA_is_refused_on_both_sides()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());
        using var other = CertificateAuthority.Create("another CA", TimeSpan.FromDays(2), TimeProvider.System);

        await IsRefusedAsync(site, Client("other", other), "the client's certificate (CN=user.example) is signed by CN=another CA, which is not the CA in");
    }

    [Fact]
    public async Task A_client_whose_certificate_expired_is_refused_on_both_sides()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());
        var expired = _authority.Issue(["user.example"], TimeSpan.FromMinutes(-1), forServers: false, forClients: true);

        await IsRefusedAsync(site, Material("expired", expired.CertificatePem, expired.KeyPem), "the client's certificate (CN=user.example) expired on ");
    }

    [Fact]
    public async Task A_certificate_of_a_server_is_none_for_a_client()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());
        var wrong = _authority.Issue(["user.example"], TimeSpan.FromDays(1), forServers: true, forClients: false);

        await IsRefusedAsync(site, Material("use", wrong.CertificatePem, wrong.KeyPem), "the client's certificate (CN=user.example) is not one for clients");
    }

    [Theory]
    [InlineData("wrong.example", "the server's certificate is for node1.default.hubble-grpc.cilium.io and not for wrong.example")]
    [InlineData(ServerName, null)]
    public async Task A_server_with_another_name_is_refused_by_the_client(string wanted, string? refusal)
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());
        if (refusal is null)
        {
            await AskAsync(site, Client("named", _authority), wanted);
            return;
        }

        Assert.Contains(refusal, (await Assert.ThrowsAsync<RpcException>(() => AskAsync(site, Client("named", _authority), wanted))).Status.Detail, StringComparison.Ordinal);
        await Eventually.HoldsAsync(
            () => Task.FromResult(site.Refusals.Any(r => r.Contains("does not trust this server's certificate", StringComparison.Ordinal))), "the server says so too");
    }

    [Fact]
    public async Task A_server_whose_certificate_expired_is_refused_by_the_client()
    {
        var expired = _authority.Issue([ServerName], TimeSpan.FromMinutes(-1), forServers: true, forClients: false);
        await using var site = await HubbleSite.StartAsync(tls: Material("server-expired", expired.CertificatePem, expired.KeyPem));

        var refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(site, Client("ok", _authority)));

        Assert.Contains("the server's certificate expired on ", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_speaks_no_TLS_is_refused()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());
        using var channel = ObserverChannel.To(ServerAddress.Parse(site.Tcp.ToString()), null);

        await Assert.ThrowsAsync<RpcException>(async () =>
            await new Observer.ObserverClient(channel).ServerStatusAsync(new ServerStatusRequest(), cancellationToken: Stop));
        await Eventually.HoldsAsync(() => Task.FromResult(!site.Refusals.IsEmpty), "the server says so");
    }

    [Fact]
    public async Task New_certificates_serve_new_connections_and_open_streams_go_on()
    {
        await using var site = await HubbleSite.StartAsync(tls: Server());
        using var before = Channel(site, Client("rotating", _authority));
        using var call = new Observer.ObserverClient(before).GetFlows(new GetFlowsRequest { Follow = true }, cancellationToken: Stop);
        await call.ResponseHeadersAsync;
        site.See(Flows.Forwarded(1));
        Assert.True(await call.ResponseStream.MoveNext(Stop));

        // Another CA altogether: who trusts the old one alone can tell that the server's certificate is new.
        using var next = CertificateAuthority.Create("the next CA", TimeSpan.FromDays(2), TimeProvider.System);
        var (certificate, key) = next.Issue([ServerName], TimeSpan.FromDays(1), forServers: true, forClients: false);
        Write("server", certificate, key, next);

        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return (await AskAsync(site, Client("new", next))).Version == "1.2.3";
                }
                catch (RpcException)
                {
                    return false;
                }
            },
            "a client of the new CA is answered");
        await Assert.ThrowsAsync<RpcException>(() => AskAsync(site, Client("old", _authority)));
        site.See(Flows.Forwarded(2));
        Assert.True(await call.ResponseStream.MoveNext(Stop));
        Assert.Equal(2u, call.ResponseStream.Current.Flow.L4.TCP.DestinationPort);
    }

    [Fact]
    public void New_files_that_make_no_sense_leave_the_last_ones_in_force()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var said = new List<string>();
        var (certificate, key) = _authority.Issue([ServerName], TimeSpan.FromDays(1), forServers: true, forClients: true);
        Write("broken", certificate, key, _authority);
        var material = TlsMaterial.Load(TlsFiles.InFolder(Path.Combine(_folder, "broken")), time, said.Add);
        var good = material.Current.Own;

        File.WriteAllText(Path.Combine(_folder, "broken", "tls.crt"), "half a certi");
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Same(good, material.Current.Own);
        Assert.StartsWith("New certificates cannot be used; the last ones stay in force. ", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void The_secrets_are_those_that_hubbles_users_look_for()
    {
        var secrets = HubbleSecrets.Make(_authority, "default", TimeSpan.FromDays(1));

        Assert.Equal(["hubble-ca-secret", "hubble-relay-client-certs", "hubble-relay-server-certs", "hubble-server-certs", "hubble-ui-client-certs"], secrets.Keys);
        Assert.Equal(["ca.crt", "tls.crt", "tls.key"], secrets["hubble-relay-client-certs"].Keys);
        Assert.Contains("kind: Secret\nmetadata:\n  name: hubble-relay-client-certs\n  namespace: kube-system\ntype: kubernetes.io/tls\n", HubbleSecrets.ToYaml(secrets, "kube-system"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task IsRefusedAsync(HubbleSite site, TlsMaterial client, string why)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(site, client));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.StartsWith("refused: " + why, refused.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(why, Assert.Single(site.Refusals), StringComparison.Ordinal);
    }

    private static async Task<ServerStatusResponse> AskAsync(HubbleSite site, TlsMaterial client, string serverName = ServerName)
    {
        using var channel = Channel(site, client, serverName);
        return await new Observer.ObserverClient(channel).ServerStatusAsync(new ServerStatusRequest(), cancellationToken: Stop);
    }

    private static GrpcChannel Channel(HubbleSite site, TlsMaterial client, string serverName = ServerName) =>
        ObserverChannel.To(ServerAddress.Parse(site.Tcp.ToString()), new ClientTls(client, serverName, AllowInsecure: false, TimeProvider.System));

    private TlsMaterial Server()
    {
        var (certificate, key) = _authority.Issue([ServerName], TimeSpan.FromDays(1), forServers: true, forClients: false);
        return Material("server", certificate, key);
    }

    private TlsMaterial Client(string name, CertificateAuthority authority)
    {
        var (certificate, key) = authority.Issue(["user.example"], TimeSpan.FromDays(1), forServers: false, forClients: true);
        return Material(name, certificate, key, name == "new" ? authority : _authority);
    }

    private TlsMaterial Material(string name, string? certificate, string? key, CertificateAuthority? trusted = null)
    {
        Write(name, certificate, key, trusted ?? _authority);
        var files = TlsFiles.InFolder(Path.Combine(_folder, name));
        return TlsMaterial.Load(certificate is null ? files with { CertificateFile = null, KeyFile = null } : files, TimeProvider.System, _ => { });
    }

    private void Write(string name, string? certificate, string? key, CertificateAuthority trusted)
    {
        var home = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.WriteAllText(Path.Combine(home, "ca.crt"), trusted.CertificatePem);
        if (certificate is not null) File.WriteAllText(Path.Combine(home, "tls.crt"), certificate);
        if (key is not null) File.WriteAllText(Path.Combine(home, "tls.key"), key);
    }
}
