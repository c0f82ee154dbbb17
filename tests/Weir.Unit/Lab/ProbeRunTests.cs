using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Lab.Pods;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>Probes against servers on loopback, which stands for the pod's own network.</summary>
public sealed class ProbeRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_probe_over_TLS_takes_any_certificate_and_reads_the_status()
    {
        await using var server = await SecureServer.StartAsync();
        var pod = new Loopback();
        Assert.True((await ProbeAsync(pod, server.Server.Port, "/healthz")).Holds);
        var refused = await ProbeAsync(pod, server.Server.Port, "/api/v1/pods");
        Assert.Equal("HTTP probe failed with statuscode: 401", refused.Message);
    }

    [Fact]
    public async Task A_probe_over_TLS_of_a_server_that_speaks_none_says_so()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var port = ((IPEndPoint)plain.LocalEndpoint).Port;
        var answered = AnswerPlainlyAsync(plain);
        var result = await ProbeAsync(new Loopback(), port, "/");
        await answered;
        Assert.False(result.Holds);
        Assert.StartsWith($"Get \"https://127.0.0.1:{port}/\": ", result.Message, StringComparison.Ordinal);
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Ct);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"), Ct);
    }

    private static Task<ProbeResult> ProbeAsync(IPodSandbox pod, int port, string path) => ProbeRun.TryAsync(
        new ProbeSpec { Port = port, HttpPath = path, UsesTls = true, Timeout = TimeSpan.FromSeconds(30) },
        pod,
        _ => throw new InvalidOperationException("no command is to be run"),
        Ct);

    private sealed class Loopback : IPodSandbox
    {
        public string Folder => "";

        public IReadOnlyList<IPAddress> Addresses { get; } = [IPAddress.Loopback];

        public bool IsAdopted => false;

        public async Task<Stream> ConnectAsync(IPEndPoint remote, CancellationToken cancellation)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(remote, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }

        public Task RemoveAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
