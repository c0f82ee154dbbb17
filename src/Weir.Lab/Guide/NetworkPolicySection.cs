using System.Text.RegularExpressions;
using Weir.Observe.Wire.Flows;
using static Weir.Lab.Guide.StepForms;

namespace Weir.Lab.Guide;

/// <summary>The lab's section "Enforcing Network Policy": everything passes; four policies; only what they allow passes.</summary>
public static class NetworkPolicySection
{
    /// <summary>The steps, in the lab's order.</summary>
    /// <param name="policies">The text of samples/lab/network-policy.yaml.</param>
    public static IReadOnlyList<LabStep> Steps(string policies) =>
    [
        PodsRun(),
        InPod("open-internet", "Without a policy order-service reaches a site outside the cluster",
            "order-service", "wget --spider www.bing.com",
            "Connecting to www.bing.com (13.107.21.237:80)\nremote file exists",
            seen => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"^Connecting to www\.bing\.com \([0-9.]+:80\)\r?\nremote file exists$"),
            Forwarded(new FlowFilter { SourcePod = { "pets/order-service-" }, DestinationPort = { "80" }, DestinationIp = { "13.107.21.237" } })),
        InPod("open-product-service", "Without a policy order-service reaches product-service, which it has no business with",
            "order-service", "nc -zv -w2 product-service 3002",
            "product-service (10.0.x.x:3002) open",
            seen => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"^product-service \(10\.0\.[0-9.]+:3002\) open$"),
            Forwarded(new FlowFilter { SourcePod = { "pets/order-service-" }, DestinationPod = { "pets/product-service-" }, DestinationPort = { "3002" } })),
        Apply("apply-network-policy", "Four policies allow only what the pet store needs", "network-policy.yaml", policies),
        PoliciesAreValid(),
        InPod("deny-internet", "order-service no longer reaches the site: its egress is in default deny, name lookups included",
            "order-service", "wget --spider --timeout=1 --tries=1 www.bing.com",
            "wget: bad address 'www.bing.com'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "wget: bad address 'www.bing.com'" },
            DeniedLookup()),
        InPod("deny-product-service", "nor product-service",
            "order-service", "nc -zv -w2 product-service 3002",
            "nc: bad address 'product-service'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "nc: bad address 'product-service'" },
            DeniedLookup()),
        InPod("deny-product-service-by-address", "nor by its address: it is the connection that is denied, not only the name",
            "order-service", "nc -zv -w2 $PRODUCT_SERVICE_SERVICE_HOST 3002",
            "nc: 10.0.x.x (10.0.x.x:3002): Operation timed out\ncommand terminated with exit code 1",
            seen => seen.ExitCode == 1 && !seen.Output.Contains("open", StringComparison.Ordinal),
            Denied(new FlowFilter { SourcePod = { "pets/order-service-" }, DestinationPod = { "pets/product-service-" }, DestinationPort = { "3002" } })),
        InPod("allow-store-front-to-order-service", "store-front still reaches order-service, as its policy allows",
            "store-front", "nc -zv -w2 $ORDER_SERVICE_SERVICE_HOST 3000",
            "10.0.x.x (10.0.x.x:3000) open",
            seen => seen.ExitCode == 0 && seen.Output.EndsWith(":3000) open", StringComparison.Ordinal),
            AllowedBy("allow-order-service-traffic", new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPod = { "pets/order-service-" }, DestinationPort = { "3000" } })),
        StoreIsReachable(),
        InPod("deny-graph", "order-service cannot reach the Microsoft Graph API: no policy allows it",
            "order-service", "wget --spider --timeout=1 --tries=1 https://graph.microsoft.com",
            "wget: bad address 'graph.microsoft.com'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "wget: bad address 'graph.microsoft.com'" },
            DeniedLookup()),
    ];

    private static LabStep PodsRun() => new()
    {
        Id = "pods",
        Title = "The pet store runs",
        Command = "kubectl get pods -n pets",
        Expected = "9 pods, all Running and ready",
        RunAsync = async (hands, cancellation) => new CommandResult(string.Join('\n', await hands.ListPodsAsync(cancellation)), 0),
        Holds = seen => seen.Output.Split('\n') is { Length: 9 } lines && lines.All(l => l.Contains("1/1", StringComparison.Ordinal) && l.Contains("Running", StringComparison.Ordinal)),
    };

    private static LabStep PoliciesAreValid() => new()
    {
        Id = "get-policies",
        Title = "The agents report the policies as valid",
        Command = "kubectl get cnp -n pets",
        Expected = "4 policies, all valid",
        RunAsync = async (hands, cancellation) => new CommandResult(string.Join('\n', await hands.ListPoliciesAsync(cancellation)), 0),
        Holds = seen => seen.Output.Split('\n') is { Length: 4 } lines && lines.All(l => l.EndsWith("True", StringComparison.Ordinal)),
    };

    private static LabStep StoreIsReachable() => new()
    {
        Id = "store-reachable",
        Title = "The shop itself is still reachable from outside",
        Command = "curl -s -m 2 http://$(kubectl get svc -n pets store-front -o jsonpath='{.status.loadBalancer.ingress[0].ip}')",
        Expected = "the shop's page",
        RunAsync = (hands, cancellation) => hands.FetchFromOutsideAsync("store-front", cancellation),
        Holds = seen => seen.ExitCode == 0 && seen.Output.Length > 0,
        Proof = AllowedBy("allow-store-front-traffic", new FlowFilter { DestinationPod = { "pets/store-front-" }, DestinationPort = { "8080" }, SourceLabel = { "reserved:world" } }),
    };

    private static FlowProof AllowedBy(string policy, FlowFilter filter)
    {
        filter.Verdict.Add(Verdict.Forwarded);
        return new FlowProof(filter, flow => flow.IngressAllowedBy.Any(p => p.Name == policy));
    }

    private static FlowProof Denied(FlowFilter filter)
    {
        filter.Verdict.Add(Verdict.Dropped);
        return new FlowProof(filter, flow => flow.EgressDeniedBy.Any(p => p.Name == "allow-order-service-traffic"));
    }

    private static FlowProof DeniedLookup() => Denied(new FlowFilter
    {
        SourcePod = { "pets/order-service-" },
        DestinationPod = { "kube-system/" },
        DestinationPort = { "53" },
    });
}
