using Weir.Lab.Guide;
using Weir.Lab.Simulated;
using Weir.Observe.Wire.Flows;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>A whole simulated lab with the pet store. Nothing in it knows what the guide expects: other policies give other answers.</summary>
public sealed class SimulatedLabTests : IAsyncLifetime
{
    private const string Denied = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata:
          name: customers-stay-away
        spec:
          endpointSelector:
            matchLabels:
              app: order-service
          ingress:
          - fromEndpoints:
            - matchLabels:
                app: virtual-customer
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-sim-");
    private SimulatedLabOptions _options = null!;
    private SimulatedLab _lab = null!;
    private LabHands _hands = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _options = new SimulatedLabOptions { RunFolder = Path.Combine(_folder.FullName, "lab") };
        _lab = await SimulatedLab.StartAsync(_options, null, Stop);
        await new PetStore(_lab.Connection).DeployAsync(Sample("pet-store.yaml"), TimeSpan.FromSeconds(60), Stop);
        _hands = SimulatedLabHands.Of(_lab, _options);
    }

    public async ValueTask DisposeAsync()
    {
        var problems = await _lab.StopAsync();
        Assert.Empty(problems);
        Assert.False(Directory.Exists(_options.RunFolder), "the lab's folder is left");
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Swapping_the_policies_swaps_the_verdicts_and_the_rules_that_flows_name()
    {
        await _hands.ApplyAsync(Sample("network-policy.yaml"), Stop);
        Assert.Equal(1, (await FromOrderServiceAsync("nc -zv -w1 $PRODUCT_SERVICE_SERVICE_HOST 3002")).ExitCode);
        Assert.Equal(0, (await FromStoreFrontAsync()).ExitCode);

        await _hands.ClearPoliciesAsync(Stop);
        await _hands.ApplyAsync(Denied, Stop);
        var since = TimeProvider.System.GetUtcNow();

        Assert.Equal("product-service (10.0.96.101:3002) open", (await FromOrderServiceAsync("nc -zv -w1 product-service 3002")).Output);
        Assert.Equal(1, (await FromStoreFrontAsync()).ExitCode);
        var filter = new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPod = { "pets/order-service-" }, Verdict = { Verdict.Dropped } };
        Assert.NotNull(await _hands.FindFlowAsync(filter, flow => flow.IngressDeniedBy.Any(p => p.Name == "customers-stay-away"), since, Stop));
    }

    [Fact]
    public async Task A_pod_reaches_a_site_outside_over_tls_and_trusts_its_certificate()
    {
        var seen = await FromOrderServiceAsync("curl -s -m 5 https://api.github.com/");
        Assert.Equal(0, seen.ExitCode);
        Assert.Contains("api.github.com, outside the cluster, over https", seen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ls /")]
    [InlineData("nc -zv product-service 3002 && echo yes")]
    [InlineData("cat /etc/passwd")]
    [InlineData("")]
    public async Task A_command_that_the_simulation_does_not_offer_is_refused_with_what_it_does(string line)
    {
        var seen = await FromOrderServiceAsync(line);

        Assert.Equal(127, seen.ExitCode);
        Assert.Equal("sh: this lab is simulated: its pods have no shell and no programs but wget, nc, nslookup, curl, one a line", seen.Output);
    }

    private Task<CommandResult> FromOrderServiceAsync(string line) => _hands.ExecAsync("order-service", line, Stop);

    private Task<CommandResult> FromStoreFrontAsync() => _hands.ExecAsync("store-front", "nc -zv -w1 $ORDER_SERVICE_SERVICE_HOST 3000", Stop);

    private static string Sample(string name)
    {
        using var stream = typeof(SimulatedLab).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
