using System.Text.RegularExpressions;
using Weir.Observe.Wire.Flows;
using static Weir.Lab.Guide.StepForms;

namespace Weir.Lab.Guide;

/// <summary>The lab's section "Configuring FQDN Filtering": order-service may reach *.microsoft.com by name, and nothing else outside.</summary>
public static class FqdnSection
{
    /// <summary>The steps, in the lab's order; they follow those of <see cref="NetworkPolicySection"/>.</summary>
    /// <param name="policy">The text of samples/lab/fqdn-policy.yaml.</param>
    public static IReadOnlyList<LabStep> Steps(string policy) =>
    [
        Apply("apply-fqdn-policy", "Configuring FQDN filtering: a policy names the sites that order-service may reach", "fqdn-policy.yaml", policy),
        InPod("fqdn-graph", "With the FQDN policy order-service reaches graph.microsoft.com, and follows it to developer.microsoft.com",
            "order-service", "wget --spider --timeout=1 --tries=1 https://graph.microsoft.com",
            "Connecting to graph.microsoft.com (20.190.152.88:443)\nConnecting to developer.microsoft.com (23.45.149.11:443)\n"
                + "Connecting to developer.microsoft.com (23.45.149.11:443)\nremote file exists",
            seen => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"^Connecting to graph\.microsoft\.com \([0-9.]+:443\)\r?\n(Connecting to developer\.microsoft\.com \([0-9.]+:443\)\r?\n)+remote file exists$"),
            NamedConnection("graph.microsoft.com")),
        InPod("fqdn-lookup", "Its lookups go through the DNS proxy, which records every question and every answer",
            "order-service", "nslookup graph.microsoft.com",
            "an address of graph.microsoft.com",
            seen => seen.ExitCode == 0 && seen.Output.Contains("20.190.152.88", StringComparison.Ordinal),
            new FlowProof(
                new FlowFilter { SourcePod = { "pets/order-service-" }, DnsQuery = { @"^graph\.microsoft\.com\.?$" }, Verdict = { Verdict.Forwarded } },
                flow => flow.L7?.Dns is not null)),
        InPod("fqdn-other", "A name that the FQDN policy does not list is refused",
            "order-service", "wget --spider --timeout=1 --tries=1 https://www.bing.com",
            "wget: bad address 'www.bing.com'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "wget: bad address 'www.bing.com'" },
            new FlowProof(
                new FlowFilter { SourcePod = { "pets/order-service-" }, DnsQuery = { @"^www\.bing\.com" }, Verdict = { Verdict.Dropped } },
                flow => flow.L7?.Dns is not null)),
        InPod("fqdn-address", "and its address alone is denied: a site is open by the name that was asked for, not by its number",
            "order-service", "nc -zv -w2 13.107.21.237 443",
            "nc: connect to 13.107.21.237 port 443 (tcp) timed out, or the like\ncommand terminated with exit code 1",
            seen => seen.ExitCode != 0,
            new FlowProof(
                new FlowFilter { SourcePod = { "pets/order-service-" }, DestinationIp = { "13.107.21.237" }, DestinationPort = { "443" }, Verdict = { Verdict.Dropped } },
                flow => flow.EgressDeniedBy.Any(p => p.Name == "allow-order-service-traffic"))),
    ];

    private static FlowProof NamedConnection(string name) => new(
        new FlowFilter { SourcePod = { "pets/order-service-" }, DestinationPort = { "443" }, Verdict = { Verdict.Forwarded } },
        flow => flow.DestinationNames.Contains(name) && flow.EgressAllowedBy.Any(p => p.Name == "allow-order-service-traffic"));
}
