using System.Text.RegularExpressions;
using Weir.Observe.Wire.Flows;
using static Weir.Lab.Guide.StepForms;

namespace Weir.Lab.Guide;

/// <summary>The lab's chaos policy, its combined FQDN and L7 policy, and scenarios 1 to 6.</summary>
public static class RequestSection
{
    private const string Post = "wget --timeout=2 -O - --post-data=\"\" http://product-service:3002/";

    /// <summary>The steps, in the lab's order; they follow those of <see cref="FqdnSection"/>.</summary>
    /// <param name="chaos">The text of samples/lab/chaos-policy.yaml.</param>
    /// <param name="combined">The text of samples/lab/combined-policy.yaml.</param>
    /// <param name="mended">The text of samples/lab/chaos-policy-mended.yaml.</param>
    public static IReadOnlyList<LabStep> Steps(string chaos, string combined, string mended) =>
    [
        Apply("apply-chaos", "The chaos policy: nobody may reach store-front", "chaos-policy.yaml", chaos),
        Apply("apply-combined", "The combined policy: store-front's lookups, sites and requests are limited by name, method and path", "combined-policy.yaml", combined),
        Outside(),
        InPod("scenario-2", "Scenario 2: store-front reaches www.microsoft.com, whose own answer is 403",
            "store-front", "wget --spider --timeout=2 https://www.microsoft.com",
            "Connecting to www.microsoft.com (23.192.18.101:443)\nwget: server returned error: HTTP/1.1 403 Forbidden\ncommand terminated with exit code 1",
            seen => seen.ExitCode == 1 && Regex.IsMatch(seen.Output, @"^Connecting to www\.microsoft\.com \([0-9.]+:443\)\r?\nwget: server returned error: HTTP/1\.1 403 Forbidden$"),
            new FlowProof(
                new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPort = { "443" }, Verdict = { Verdict.Forwarded } },
                flow => flow.DestinationNames.Contains("www.microsoft.com"))),
        InPod("scenario-3", "Scenario 3: api.github.com is open by toFQDNs, but no DNS rule lets store-front look it up",
            "store-front", "wget --spider --timeout=2 https://api.github.com",
            "wget: bad address 'api.github.com'\ncommand terminated with exit code 1",
            seen => seen is { ExitCode: 1, Output: "wget: bad address 'api.github.com'" },
            new FlowProof(
                new FlowFilter { SourcePod = { "pets/store-front-" }, DnsQuery = { @"^api\.github\.com" }, Verdict = { Verdict.Dropped } },
                flow => flow.L7?.Dns is not null)),
        InPod("scenario-4", "Scenario 4: GET / of product-service is permitted",
            "store-front", "wget --spider --timeout=2 http://product-service:3002/",
            "Connecting to product-service:3002 (10.0.x.x:3002)\nremote file exists",
            seen => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"^Connecting to product-service:3002 \(10\.0\.[0-9.]+:3002\)\r?\nremote file exists$"),
            Request("GET", Verdict.Forwarded)),
        InPod("scenario-4b-plain", "Scenario 4b: POST passes as well, as in Cilium: the chaos policy's plain allow makes the L7 rule void (weir policy check: WP105)",
            "store-front", Post,
            "Connecting to product-service:3002 (10.0.x.x:3002)\nwriting to stdout\n{\"id\":4}\nwritten to stdout",
            seen => seen.ExitCode == 0 && !seen.Output.Contains("403", StringComparison.Ordinal),
            Request("POST", Verdict.Forwarded)),
        Apply("mend-chaos", "Scenario 4b: the chaos policy without its plain rule for product-service", "chaos-policy-mended.yaml", mended),
        InPod("scenario-4b", "Scenario 4b: now POST is denied, as the lab shows it",
            "store-front", Post,
            "Connecting to product-service:3002 (10.0.x.x:3002)\nwget: server returned error: HTTP/1.1 403 Forbidden\ncommand terminated with exit code 1",
            seen => seen.ExitCode == 1 && Regex.IsMatch(seen.Output, @"^Connecting to product-service:3002 \(10\.0\.[0-9.]+:3002\)\r?\nwget: server returned error: HTTP/1\.1 403 Forbidden$"),
            Request("POST", Verdict.Dropped)),
        InPod("scenario-5", "Scenario 5: store-front still reaches order-service",
            "store-front", "nc -zv -w2 order-service 3000",
            "order-service (10.0.x.x:3000) open",
            seen => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"^order-service \(10\.0\.[0-9.]+:3000\) open$"),
            Forwarded(new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPod = { "pets/order-service-" }, DestinationPort = { "3000" } })),
        InPod("scenario-6", "Scenario 6: short names are still resolved, by way of the pod's search domains",
            "store-front", "nslookup order-service",
            "Server:    10.0.0.10\nAddress 1: 10.0.0.10\n\nName:      order-service\nAddress 1: 10.0.x.x",
            seen => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"Name:\s+order-service\r?\nAddress 1: 10\.0\.[0-9.]+"),
            new FlowProof(
                new FlowFilter { SourcePod = { "pets/store-front-" }, DnsQuery = { @"^order-service\.pets\.svc\.cluster\.local" }, Verdict = { Verdict.Forwarded } },
                flow => flow.L7?.Dns is not null)),
    ];

    private static LabStep Outside() => new()
    {
        Id = "scenario-1",
        Title = "Scenario 1: the shop cannot be reached from outside",
        Command = "curl -s -m 2 http://$(kubectl get svc -n pets store-front -o jsonpath='{.status.loadBalancer.ingress[0].ip}') || echo \"Connection failed\"",
        Expected = "Connection failed",
        RunAsync = (hands, cancellation) => hands.FetchFromOutsideAsync("store-front", cancellation),
        Holds = seen => seen is { ExitCode: not 0, Output: "Connection failed" },
        Proof = new FlowProof(
            new FlowFilter { DestinationPod = { "pets/store-front-" }, DestinationPort = { "8080" }, SourceLabel = { "reserved:world" }, Verdict = { Verdict.Dropped } },
            flow => flow.IngressDeniedBy.Any(p => p.Name == "allow-store-front-traffic")),
    };

    private static FlowProof Request(string method, Verdict verdict) => new(
        new FlowFilter { SourcePod = { "pets/store-front-" }, DestinationPod = { "pets/product-service-" }, HttpMethod = { method }, Verdict = { verdict } },
        flow => flow.L7 is { Type: L7FlowType.Request, Http: not null });
}
