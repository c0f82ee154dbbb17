using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Weir.Unit.Proxy.Http;

public sealed class ServerNameTests : IAsyncLifetime
{
    private readonly ProxyScene _scene = new() { IsTls = true };

    public ValueTask InitializeAsync()
    {
        _scene.Policy.Set(SetPolicy.Tls("shop.example", "*.api.example"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("shop.example")]
    [InlineData("a.api.example")]
    public async Task A_permitted_name_is_joined_to_its_server_which_makes_the_handshake_itself(string name)
    {
        using var client = await _scene.ClientAsync();
        var serving = ServeOneAsync();
        await using var tls = new SslStream(new NetworkStream(client.Socket), false, (_, certificate, _, _) => certificate?.Subject == "CN=shop.example");
        await tls.AuthenticateAsClientAsync(name);
        await tls.WriteAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        var got = new byte[5];
        await tls.ReadExactlyAsync(got, TestContext.Current.CancellationToken);
        client.Socket.Shutdown(SocketShutdown.Send);
        await serving;

        Assert.Equal("HELLO"u8, got);
        Assert.Equal([$"Egress Forwarded TLS  https://{name}"], _scene.Log.Lines);
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData("api.example")]
    [InlineData("")] // names no server
    public async Task Any_other_name_is_refused_with_an_alert(string name)
    {
        using var client = await _scene.ClientAsync();
        await using var tls = new SslStream(new NetworkStream(client.Socket), false, (_, certificate, _, _) => certificate?.Subject == "CN=shop.example");

        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(name));
        Assert.Equal([$"Egress Dropped TLS  https://{name}"], _scene.Log.Lines);
        Assert.Equal(0, _scene.Connects);
    }

    [Fact]
    public async Task What_is_no_TLS_is_reset()
    {
        using var client = await _scene.ClientAsync();
        await client.SayAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");

        await Assert.ThrowsAsync<SocketException>(client.HearToEndAsync);
        Assert.Equal(["Egress Error TLS  "], _scene.Log.Lines.Take(1));
        Assert.Equal(0, _scene.Connects);
    }

    private async Task ServeOneAsync()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=shop.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var peer = await _scene.ServerAsync();
        await using var tls = new SslStream(new NetworkStream(peer.Socket));
        await tls.AuthenticateAsServerAsync(made);
        var got = new byte[5];
        await tls.ReadExactlyAsync(got);
        await tls.WriteAsync("HELLO"u8.ToArray());
        Assert.Equal(0, await tls.ReadAsync(got));
    }
}
