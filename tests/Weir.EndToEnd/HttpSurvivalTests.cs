using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Weir.Linux;
using Weir.Observe.Wire.Observers;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>Requests of a pod under HTTP rules, and what becomes of them when the processes that serve them are killed.</summary>
[Collection(OneAtATime.Name)]
public sealed class HttpSurvivalTests(RealLab lab, ITestOutputHelper output) : IClassFixture<RealLab>
{
    private const string Policy = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: requests}
        spec:
          endpointSelector: {matchLabels: {app: order-service}}
          egress:
          - toEndpoints: [{matchLabels: {app: product-service}}]
            toPorts:
            - ports: [{port: "9080", protocol: TCP}, {port: "9090", protocol: TCP}]
              rules: {http: [{method: GET, path: /open}, {method: POST, path: /observer.Observer/ServerStatus}]}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_request_is_held_to_the_rules()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var (inside, address) = await PodsUnderPolicyAsync();
        using var client = inside;
        await using var web = await WebAsync();
        using var handler = PodRequests.Handler(client, () => { });
        using var http = new HttpClient(handler, disposeHandler: false);

        foreach (var (version, port) in new[] { (HttpVersion.Version11, PodWeb.Port), (HttpVersion.Version20, PodWeb.Http2Port) })
        {
            var open = await AskAsync(http, version, $"http://{address}:{port}/open");
            Assert.Equal((HttpStatusCode.OK, "open", version), open);
            var shut = await AskAsync(http, version, $"http://{address}:{port}/shut");
            Assert.Equal((HttpStatusCode.Forbidden, version), (shut.Status, shut.Version));
            Assert.StartsWith("Access denied", shut.Body, StringComparison.Ordinal);
        }

        using var channel = GrpcChannel.ForAddress($"http://{address}:{PodWeb.Http2Port}", new GrpcChannelOptions { HttpHandler = handler });
        var calls = new Observer.ObserverClient(channel);
        Assert.Equal(42UL, (await calls.ServerStatusAsync(new ServerStatusRequest(), cancellationToken: Ct)).NumFlows);
        var denied = await Assert.ThrowsAsync<RpcException>(() => calls.GetNodesAsync(new GetNodesRequest(), cancellationToken: Ct).ResponseAsync);
        Assert.Equal(StatusCode.PermissionDenied, denied.StatusCode);

        Assert.Equal((2, 0, 0), (web.Served("/open"), web.Served("/shut"), web.Served("/observer.Observer/GetNodes")));
    }

    [Fact]
    public async Task Killing_every_agent_during_a_thousand_requests_a_second_fails_none_and_breaks_no_connection()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var (inside, address) = await PodsUnderPolicyAsync();
        using var client = inside;
        await using var web = await WebAsync();
        await using var requests = new PodRequests(client, new Uri($"http://{address}:{PodWeb.Port}/open"), perSecond: 1_000, HttpStatusCode.OK);

        await requests.WhenAnsweredAsync(1_000, Ct);
        var (killed, before) = (Stopwatch.GetTimestamp(), requests.Answered);
        foreach (var agent in lab.Lab.Agents) Kill(agent.ProcessId);
        await requests.WhenAnsweredAsync(requests.Answered + 2_000, Ct);
        await lab.Hands.ApplyAsync(Policy, Ct); // waits until every agent holds to it
        await requests.WhenAnsweredAsync(requests.Answered + 2_000, Ct);
        await requests.StopAsync();

        var took = Stopwatch.GetElapsedTime(killed).TotalSeconds;
        output.WriteLine(
            $"{requests.Answered} answered, {(requests.Answered - before) / took:0} a second since the kill, the longest silence {requests.LongestSilenceSince(killed).TotalMilliseconds:0} ms, " +
            $"{requests.Connections} connections");
        Assert.Empty(requests.Others);
        Assert.InRange(requests.Connections, 1, PodRequests.MostConnections);
        Assert.Equal(requests.Answered, web.Served("/open"));
    }

    [Fact]
    public async Task A_killed_proxy_comes_back_by_itself_and_lets_no_denied_request_pass_meanwhile()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var (inside, address) = await PodsUnderPolicyAsync();
        using var client = inside;
        await using var web = await WebAsync();
        await using var allowed = new PodRequests(client, new Uri($"http://{address}:{PodWeb.Port}/open"), perSecond: 200, HttpStatusCode.OK);
        await using var denied = new PodRequests(client, new Uri($"http://{address}:{PodWeb.Port}/shut"), perSecond: 200, HttpStatusCode.Forbidden);
        await allowed.WhenAnsweredAsync(200, Ct);
        await denied.WhenAnsweredAsync(200, Ct);

        var killed = Stopwatch.GetTimestamp();
        foreach (var proxy in lab.Lab.Proxies) Kill(proxy.ProcessId);
        await allowed.WhenAnsweredAsync(allowed.Answered + 500, Ct);
        await denied.WhenAnsweredAsync(denied.Answered + 500, Ct);
        await allowed.StopAsync();
        await denied.StopAsync();

        output.WriteLine($"the longest time without an answer was {allowed.LongestSilenceSince(killed).TotalMilliseconds:0} ms; other ends: {string.Join(", ", allowed.Others)}");
        Assert.Equal(0, web.Served("/shut"));
        Assert.DoesNotContain("OK", denied.Others.Keys);
    }

    private static async Task<(HttpStatusCode Status, string Body, Version Version)> AskAsync(HttpClient http, Version version, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await http.SendAsync(request, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct), answer.Version);
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private async Task<PodWeb> WebAsync()
    {
        using var pod = PodNamespace(await lab.Store.PodOfAsync("product-service", Ct));
        return await PodWeb.StartAsync(pod);
    }

    /// <summary>The namespace of the pod that asks, and the address of the one that serves.</summary>
    private async Task<(NetworkNamespace Inside, string Address)> PodsUnderPolicyAsync()
    {
        await lab.Hands.ClearPoliciesAsync(Ct);
        await lab.Hands.ApplyAsync(Policy, Ct);
        var server = await lab.Store.PodOfAsync("product-service", Ct);
        var pod = await lab.Lab.Connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/pets/pods/{server}", null, Ct);
        return (PodNamespace(await lab.Store.PodOfAsync("order-service", Ct)), (string)pod["status"]!["podIP"]!);
    }

    private NetworkNamespace PodNamespace(string pod) =>
        NetworkNamespace.Open(Directory.GetFiles(Path.Combine(lab.Options.RunFolder, "netns"), $"pod-pets_{pod}_*").First());
}
