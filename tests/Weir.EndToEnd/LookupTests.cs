using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Linux;
using Weir.Protocols.Dns;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>Every form of lookup from a real pod, through the DNS proxy, to a name server in another.</summary>
[Collection(OneAtATime.Name)]
public sealed class LookupTests(RealLab lab) : IClassFixture<RealLab>
{
    private const string Policy = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: forms}
        spec:
          endpointSelector: {matchLabels: {app: order-service}}
          egress:
          - toEndpoints: [{matchLabels: {app: product-service}}, {matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]
            toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*.test"}, {matchPattern: "*.pets.svc.cluster.local"}, {matchPattern: "*.example.net"}]}}]
        """;

    private const string StoreFrontShut = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: shut}
        spec:
          endpointSelector: {matchLabels: {app: store-front}}
          ingress: [{fromEndpoints: [{matchLabels: {app: nobody}}]}]
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pod_gets_every_form_of_answer_and_a_refusal_for_a_name_that_is_not_allowed()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        await lab.Hands.ClearPoliciesAsync(Ct);
        await lab.Hands.ApplyAsync(Policy, Ct);
        using var client = PodNamespace(await lab.Store.PodOfAsync("order-service", Ct));
        var name = await lab.Store.PodOfAsync("product-service", Ct);
        using var serving = PodNamespace(name);
        using var server = new PodNameServer(serving);
        var pod = await lab.Lab.Connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/pets/pods/{name}", null, Ct);
        var address = new IPEndPoint(IPAddress.Parse((string)pod["status"]!["podIP"]!), 53);

        foreach (var protocol in new[] { ProtocolType.Udp, ProtocolType.Tcp })
        {
            Assert.Equal("NoError A", await AskAsync(client, address, protocol, "one.test", DnsType.A));
            Assert.Equal("NoError Aaaa", await AskAsync(client, address, protocol, "six.test", DnsType.Aaaa));
            Assert.Equal("NoError CName CName CName A", await AskAsync(client, address, protocol, "chain.test", DnsType.A));
            Assert.Equal("NameError", await AskAsync(client, address, protocol, "none.test", DnsType.A));
            Assert.Equal("Refused", await AskAsync(client, address, protocol, "www.example.org", DnsType.A));
        }

        Assert.Equal("NoError truncated", await AskAsync(client, address, ProtocolType.Udp, "many.test", DnsType.A));
        Assert.Equal("NoError " + string.Join(' ', Enumerable.Repeat("A", 100)), await AskAsync(client, address, ProtocolType.Tcp, "many.test", DnsType.A));
        Assert.Equal(10, server.Served); // all but the two that were refused

        var own = await lab.Hands.ExecAsync("order-service", "nslookup rabbitmq", Ct);
        Assert.True(own.ExitCode == 0 && own.Output.Contains("Address 1: 10.0.", StringComparison.Ordinal), own.Output);
        var refused = await lab.Hands.ExecAsync("order-service", "nslookup www.bing.com", Ct);
        Assert.True(refused.ExitCode != 0, refused.Output);
    }

    [Theory]
    [InlineData("six.example.net AAAA", "NOERROR AAAA=2001:db8::7")]
    [InlineData("chain.example.net A", "NOERROR CNAME=cdn.example.net. CNAME=edge.example.net. A=198.51.100.7")]
    [InlineData("chain.example.net A +tcp", "NOERROR CNAME=cdn.example.net. CNAME=edge.example.net. A=198.51.100.7")]
    [InlineData("edge.example.net A +noedns", "NOERROR A=198.51.100.7")]
    [InlineData("none.example.net A", "NXDOMAIN")]
    [InlineData("www.bing.com A", "REFUSED")]
    [InlineData("www.bing.com A +tcp", "REFUSED")]
    public async Task Dig_gets_it_of_cluster_dns_and_the_world(string asked, string expected)
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        await lab.Hands.ApplyAsync(Policy, Ct);
        Assert.Equal(expected, await DigAsync(asked));
    }

    /// <summary>More than a datagram holds: cut, and asked for again over TCP, as every resolver does.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("+noedns")]
    [InlineData("+bufsize=4096")]
    [InlineData("+tcp")]
    public async Task Dig_gets_a_hundred_addresses_of_one_name(string options)
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        await lab.Hands.ApplyAsync(Policy, Ct);
        var answer = await DigAsync($"hundred.example.net A {options}");
        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"A=198.51.100.{i}").Order(), answer.Split(' ')[1..].Order());
    }

    [Fact]
    public async Task The_machine_reaches_the_shop_by_loopback_once_policy_opens_it_to_the_outside()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        lab.Lab.Front!.ServeBalancer("store-front", "pets", "store-front");
        var shop = new Uri(lab.Lab.Front.Services.Find("store-front")!);
        await lab.Hands.ClearPoliciesAsync(Ct);

        await lab.Hands.ApplyAsync(StoreFrontShut, Ct);
        using (var blocked = new HttpClient { Timeout = TimeSpan.FromSeconds(2) })
            Assert.True(await Record.ExceptionAsync(() => blocked.GetStringAsync(shop, Ct)) is HttpRequestException or TaskCanceledException, "answered although policy allows nobody");

        await lab.Hands.ApplyAsync(
            StoreFrontShut.Replace("fromEndpoints: [{matchLabels: {app: nobody}}]", "fromCIDR: [203.0.113.45/32]", StringComparison.Ordinal), Ct);
        using var open = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        Assert.Contains("Pet Store", await open.GetStringAsync(shop, Ct), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(NetworkNamespace pod, IPEndPoint server, ProtocolType protocol, string name, DnsType type)
    {
        using var socket = pod.Run(() => new Socket(AddressFamily.InterNetwork, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(server, patience.Token);
        var query = Query(name, type);
        if (protocol == ProtocolType.Udp)
        {
            await socket.SendAsync(query, patience.Token);
            var datagram = new byte[4096];
            return Text(datagram.AsSpan(0, await socket.ReceiveAsync(datagram, patience.Token)));
        }

        await using var stream = new NetworkStream(socket);
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)query.Length);
        await stream.WriteAsync((byte[])[.. length, .. query], patience.Token);
        await stream.ReadExactlyAsync(length, patience.Token);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, patience.Token);
        return Text(answer);
    }

    private static byte[] Query(string name, DnsType type)
    {
        var query = new byte[300];
        var writer = new DnsWriter(query, 7, DnsHeader.RecursionDesired);
        writer.Question(name, type);
        return query[..writer.Finish()];
    }

    /// <summary>The code and the types of the answers, in order.</summary>
    private static string Text(ReadOnlySpan<byte> answer)
    {
        var reader = new DnsReader(answer);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var text = new StringBuilder($"{reader.Header.Code}");
        if ((reader.Header.Flags & DnsHeader.Cut) != 0) text.Append(" truncated");
        while (reader.NextQuestion(name, out _, out _)) Assert.Equal(7, reader.Header.Id);
        while (reader.NextAnswer(name, out _, out var record)) text.Append(' ').Append(record.Type);
        Assert.Equal(DnsFault.None, reader.Fault);
        return $"{text}";
    }

    /// <summary>What dig gets in the pod's network: the status, then type and data of each answer, in order.</summary>
    private async Task<string> DigAsync(string asked)
    {
        var pod = Directory.GetFiles(Path.Combine(lab.Options.RunFolder, "netns"), $"pod-pets_{await lab.Store.PodOfAsync("order-service", Ct)}_*").First();
        string[] options = ["+noall", "+comments", "+answer", "+time=5", "+tries=3"];
        var start = new ProcessStartInfo("nsenter", [$"--net={pod}", "dig", "@10.0.0.10", .. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. options])
        {
            RedirectStandardOutput = true,
        };
        using var dig = Process.Start(start)!;
        var text = await dig.StandardOutput.ReadToEndAsync(Ct);
        await dig.WaitForExitAsync(Ct);
        var got = new StringBuilder();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split((char[])[' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith(";; ->>HEADER<<-", StringComparison.Ordinal)) got.Append(fields[Array.IndexOf(fields, "status:") + 1]);
            else if (!line.StartsWith(';')) got.Append($" {fields[3]}={fields[4]}");
        }

        return got.Length > 0 ? $"{got}" : text;
    }

    private NetworkNamespace PodNamespace(string pod) =>
        NetworkNamespace.Open(Directory.GetFiles(Path.Combine(lab.Options.RunFolder, "netns"), $"pod-pets_{pod}_*").First());
}
