using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Weir.Unit.Fakes;
using Weir.Workloads;
using Weir.Workloads.ClusterDns;
using Weir.Workloads.Network;
using Weir.Workloads.World;
using Xunit;

namespace Weir.Unit.Workloads;

/// <summary>The pods of a shop, cluster DNS and the outside world on a network in memory; probes run in a pod called 192.168.1.9.</summary>
internal sealed class SmallCluster : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<int>> _running = [];

    public WiredNetwork Network { get; } = new();

    public ClusterZone Zone { get; } = new()
    {
        Upstream = "203.0.113.53",
        Services =
        [
            new("kube-system", "kube-dns", ["10.0.0.10"], [new("dns", "UDP", 53)], []),
            new("pets", "product-service", ["10.0.96.101", "fd00:10::101"], [new("http", "TCP", 3002)], [new(["192.168.1.5"], null)]),
            new("pets", "order-service", ["10.0.96.102"], [], []),
            new("pets", "rabbitmq", ["10.0.96.103"], [], []),
            new("pets", "mongodb", [], [], [new(["10.0.96.104"], "mongodb-0")]),
            new("pets", "makeline-service", ["10.0.96.105"], [], []),
            new("pets", "search", [], [], [], ExternalName: "six.example.net"),
            new("pets", "orders", [], [], [], ExternalName: "order-service.pets.svc.cluster.local."),
        ],
    };

    public void Start(string applet, params string[] addresses) =>
        _running.Add(Applets.RunAsync(applet, Context(applet switch { "coredns" => ["/zone.json"], "world" => ["/world.pem"], _ => [] }, Network.Host(addresses), Stream.Null), _stop.Token));

    /// <summary>Starts DNS and the world.</summary>
    public SmallCluster WithNames()
    {
        Start("coredns", "10.0.0.10");
        Start("world", ["203.0.113.53", .. WorldSite.All.Select(s => s.Address.ToString())]);
        return this;
    }

    /// <summary>Runs a probe as a shell in the pod would; what it printed comes back as one text, in order.</summary>
    public async Task<(int Code, string Text)> ProbeAsync(string command, TimeProvider? time = null)
    {
        var words = command.Split(' ');
        using var output = new MemoryStream();
        var context = Context(words[1..], Network.Host("192.168.1.9"), output, time);
        var code = await Applets.RunAsync(words[0], context, TestContext.Current.CancellationToken);
        return (code, Encoding.UTF8.GetString(output.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var role in _running) Assert.Equal(143, await role);
        _stop.Dispose();
    }

    private AppletContext Context(string[] arguments, INetwork network, Stream output, TimeProvider? time = null) => new()
    {
        Arguments = arguments,
        Network = network,
        Output = output,
        ErrorOutput = output,
        Time = time ?? TimeProvider.System,
        ReadFile = path => path switch
        {
            "/etc/resolv.conf" => "nameserver 10.0.0.10\nsearch pets.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n"u8.ToArray(),
            "/etc/hosts" => "127.0.0.1 localhost\n"u8.ToArray(),
            "/zone.json" => JsonSerializer.SerializeToUtf8Bytes(Zone, ClusterZoneJson.Default.ClusterZone),
            "/world.pem" => Encoding.ASCII.GetBytes(s_certificate.Value),
            _ => null,
        },
    };

    private static readonly Lazy<string> s_certificate = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=world", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
    });
}
