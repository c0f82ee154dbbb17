using System.Diagnostics;
using Weir.Linux;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>Lookups of a pod under DNS rules while the processes that serve them are killed.</summary>
[Collection(OneAtATime.Name)]
public sealed class DnsSurvivalTests(RealLab lab, ITestOutputHelper output) : IClassFixture<RealLab>
{
    private const string Policy = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: lookups}
        spec:
          endpointSelector: {matchLabels: {app: order-service}}
          egress:
          - toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}, {matchLabels: {app: product-service}}]
            toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*.pets.svc.cluster.local"}, {matchName: one.test}]}}]
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_every_agent_during_a_thousand_lookups_a_second_fails_none()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        using var inside = await PodUnderPolicyAsync();
        using var lookups = new PodLookups(inside, "rabbitmq.pets.svc.cluster.local", perSecond: 1_000);

        await lookups.WhenAnsweredAsync(1_000, Ct);
        var killed = Stopwatch.GetTimestamp();
        foreach (var agent in lab.Lab.Agents) Kill(agent.ProcessId);
        await lookups.WhenAnsweredAsync(lookups.Answered + 2_000, Ct);
        await WhenAgentsEnforceAsync();
        await lookups.WhenAnsweredAsync(lookups.Answered + 3_000, Ct);
        await lookups.StopAsync();
        output.WriteLine(
            $"{lookups.Sent} asked in {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s, the longest silence {lookups.LongestSilenceSince(killed).TotalMilliseconds:0} ms, " +
            $"not answered, in ms after the kill: [{string.Join(' ', lookups.UnansweredSince(killed))}]");

        Assert.Equal(0, lookups.Refused);
        Assert.Equal(lookups.Sent, lookups.Answered);
    }

    [Fact]
    public async Task A_killed_proxy_comes_back_by_itself_and_lets_nothing_pass_meanwhile()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        using var inside = await PodUnderPolicyAsync();
        var pod = await lab.Store.PodOfAsync("product-service", Ct);
        using var serving = PodNamespace($"pets_{pod}_");
        using var server = new PodNameServer(serving);
        var status = await lab.Lab.Connection.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/pets/pods/{pod}", null, Ct);
        var address = (string)status["status"]!["podIP"]!;
        using var forbidden = new PodLookups(inside, "www.bing.com", perSecond: 1_000, address);
        using var allowed = new PodLookups(inside, "one.test", perSecond: 1_000, address);
        await allowed.WhenAnsweredAsync(200, Ct);
        await forbidden.WhenAnsweredAsync(200, Ct);

        var killed = Stopwatch.GetTimestamp();
        foreach (var proxy in lab.Lab.Proxies) Kill(proxy.ProcessId);
        await allowed.WhenAnsweredAsync(allowed.Answered + 1_000, Ct);
        await forbidden.StopAsync();
        await allowed.StopAsync();

        output.WriteLine(
            $"the longest time without an answer after the kill was {allowed.LongestSilenceSince(killed).TotalMilliseconds:0} ms; of {forbidden.Sent} forbidden questions " +
            $"{forbidden.Refused} were refused, {forbidden.Sent - forbidden.Answered} fell silent, {server.Asked("www.bing.com")} reached the server; of {allowed.Sent} allowed ones {server.Asked("one.test")}");
        Assert.Equal(0, allowed.Refused);
        Assert.Equal(forbidden.Answered, forbidden.Refused);
        Assert.Equal(0, server.Asked("www.bing.com"));
        Assert.InRange(server.Asked("one.test"), allowed.Answered, allowed.Sent);
    }

    /// <summary>Half a minute: on a busy machine an agent takes its time to start.</summary>
    private async Task WhenAgentsEnforceAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await lab.Hands.ApplyAsync(Policy, Ct); // waits until every agent holds to it
                return;
            }
            catch (Weir.Lab.LabException) when (tries < 3)
            {
                continue;
            }
        }
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    private async Task<NetworkNamespace> PodUnderPolicyAsync()
    {
        await lab.Hands.ClearPoliciesAsync(Ct);
        await lab.Hands.ApplyAsync(Policy, Ct);
        var pod = await lab.Store.PodOfAsync("order-service", Ct);
        return PodNamespace($"pets_{pod}_");
    }

    private NetworkNamespace PodNamespace(string pod) => NetworkNamespace.Open(Directory.GetFiles(Path.Combine(lab.Options.RunFolder, "netns"), $"pod-{pod}*").First());
}
