using System.Text;
using Weir.Lab.Pods;
using Weir.Observe.Wire.Flows;
using Xunit;

namespace Weir.EndToEnd;

/// <summary>What enforcement promises while things change: policies are edited, agents die.</summary>
[Collection(OneAtATime.Name)]
public sealed class EnforcementTests(RealLab lab) : IClassFixture<RealLab>
{
    private const string OnlyOrderService = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: guard-rabbitmq}
        spec:
          endpointSelector: {matchLabels: {app: rabbitmq}}
          ingress:
          - fromEndpoints: [{matchLabels: {app: order-service}}]
            toPorts: [{ports: [{port: "5672", protocol: TCP}]}]
        """;

    private static readonly string _nobody = OnlyOrderService.Replace("app: order-service", "app: nobody", StringComparison.Ordinal);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edited_policy_holds_for_new_and_for_established_connections_and_every_verdict_names_its_rule()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var hands = lab.Hands;
        await hands.ClearPoliciesAsync(Ct);
        await using var talk = await lab.TalkAsync("order-service", "nc rabbitmq 5672");
        Assert.True(await AnswersAsync(talk, TimeSpan.FromSeconds(10)), "open without a policy");

        var edited = TimeProvider.System.GetUtcNow();
        await hands.ApplyAsync(_nobody, Ct);
        Assert.False(await AnswersAsync(talk, TimeSpan.FromSeconds(1)), "established, and denied by the edit");
        Assert.NotEqual(0, (await hands.ExecAsync("order-service", "nc -zv -w1 $RABBITMQ_SERVICE_HOST 5672", Ct)).ExitCode);
        var dropped = await hands.FindFlowAsync(
            new FlowFilter { SourcePod = { "pets/order-service-" }, DestinationPod = { "pets/rabbitmq-0" }, Verdict = { Verdict.Dropped } },
            flow => flow.L4.TCP is { Flags.SYN: false } && flow.IngressDeniedBy.Any(p => p.Name == "guard-rabbitmq"),
            edited,
            Ct);
        Assert.NotNull(dropped);

        await hands.ApplyAsync(OnlyOrderService, Ct);
        Assert.True(await ReadsAsync(talk, TimeSpan.FromSeconds(30)), "what was sent meanwhile is answered when policy allows it again");
        Assert.Equal(0, (await hands.ExecAsync("order-service", "nc -zv -w5 $RABBITMQ_SERVICE_HOST 5672", Ct)).ExitCode);
        Assert.NotEqual(0, (await hands.ExecAsync("product-service", "nc -zv -w1 $RABBITMQ_SERVICE_HOST 5672", Ct)).ExitCode);

        var nameless = await hands.FindFlowAsync(
            new FlowFilter { EventType = { new EventTypeFilter { Type = 5 } } },
            flow => flow.IngressAllowedBy.Count + flow.IngressDeniedBy.Count + flow.EgressAllowedBy.Count + flow.EgressDeniedBy.Count == 0,
            edited,
            Ct);
        Assert.Null(nameless);
    }

    [Fact]
    public async Task A_killed_agent_breaks_no_connection_opens_none_and_its_successor_picks_up()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        var hands = lab.Hands;
        await hands.ClearPoliciesAsync(Ct);
        await hands.ApplyAsync(OnlyOrderService, Ct);
        await using var talk = await lab.TalkAsync("order-service", "nc rabbitmq 5672");
        Assert.True(await AnswersAsync(talk, TimeSpan.FromSeconds(10)), "allowed");
        var restarts = lab.Lab.Agents.Sum(a => a.Restarts);

        using (var held = CancellationTokenSource.CreateLinkedTokenSource(Ct))
        {
            var killing = KeepKilledAsync(held.Token);
            await Until(() => lab.Lab.Agents.Sum(a => a.Restarts) >= restarts + 2);

            Assert.True(await AnswersAsync(talk, TimeSpan.FromSeconds(10)), "the connection lives on");
            Assert.Equal(0, (await hands.ExecAsync("order-service", "nc -zv -w5 rabbitmq 5672", Ct)).ExitCode);
            Assert.NotEqual(0, (await hands.ExecAsync("product-service", "nc -zv -w1 rabbitmq 5672", Ct)).ExitCode);
            await held.CancelAsync();
            await killing;
        }

        await hands.ApplyAsync(_nobody, Ct);
        Assert.False(await AnswersAsync(talk, TimeSpan.FromSeconds(1)), "the successor enforces the edit");
        await hands.ClearPoliciesAsync(Ct);
        Assert.True(await ReadsAsync(talk, TimeSpan.FromSeconds(30)), "and the next one");
    }

    [Fact]
    public async Task Observe_prints_flows_of_the_lab_with_the_policies_that_decided()
    {
        Assert.SkipWhen(RealLab.Missing is not null, RealLab.Missing ?? "");
        await lab.Hands.ClearPoliciesAsync(Ct);
        await lab.Hands.ApplyAsync(_nobody, Ct);
        await lab.Hands.ExecAsync("product-service", "nc -zv -w1 $RABBITMQ_SERVICE_HOST 5672", Ct);

        await Eventually(async () =>
        {
            var (code, output) = await Built.RunAsync(
                TimeSpan.FromSeconds(30), "observe", "--server", $"unix:{lab.Socket(1, "observe.sock")}", "--server", $"unix:{lab.Socket(2, "observe.sock")}",
                "--from-pod", "pets/product-service", "--verdict", "DROPPED", "--print-policy-names");
            return code == 0 && output.Contains("INGRESS DENIED BY guard-rabbitmq (CiliumNetworkPolicy) (TCP Flags: SYN)", StringComparison.Ordinal);
        });
        var (_, json) = await Built.RunAsync(
            TimeSpan.FromSeconds(30), "observe", "--server", $"unix:{lab.Socket(1, "observe.sock")}", "--server", $"unix:{lab.Socket(2, "observe.sock")}",
            "--verdict", "DROPPED", "--last", "1", "-o", "json");
        Assert.Contains("\"drop_reason_desc\":\"POLICY_DENIED\"", json, StringComparison.Ordinal);
    }

    private async Task KeepKilledAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            foreach (var agent in lab.Lab.Agents)
            {
                if (agent.ProcessId is not (> 0 and var pid)) continue;
                try
                {
                    using var process = System.Diagnostics.Process.GetProcessById(pid);
                    process.Kill();
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException)
                {
                    // It was gone already.
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }

    private static async Task<bool> AnswersAsync(PodExec talk, TimeSpan patience)
    {
        await talk.Input.WriteAsync(Encoding.ASCII.GetBytes("PING\n"), Ct);
        await talk.Input.FlushAsync(Ct);
        return await ReadsAsync(talk, patience);
    }

    private static async Task<bool> ReadsAsync(PodExec talk, TimeSpan patience)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        bound.CancelAfter(patience);
        try
        {
            return await talk.Output.ReadAsync(new byte[64], bound.Token) > 0;
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Task Until(Func<bool> condition) => Eventually(() => Task.FromResult(condition()));

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(TimeSpan.FromMilliseconds(50), bound.Token);
    }
}
