using System.Text.RegularExpressions;
using Weir.Observe.Wire.Flows;
using static Weir.Lab.Guide.StepForms;

namespace Weir.Lab.Guide;

/// <summary>The lab's section "Observe on-demand network flows with Hubble CLI": what is dropped, by which policy, and the way back.</summary>
public static class HubbleSection
{
    private const string Certificates = "--tls-server-name instance.hubble-relay.cilium.io --tls-ca-cert-files ca.crt --tls-client-cert-file tls.crt --tls-client-key-file tls.key";
    private static readonly TimeSpan _longestArrival = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The steps, in the lab's order; they follow those of <see cref="RequestSection"/>, whose chaos policy is still in force.</summary>
    /// <param name="combined">The text of samples/lab/combined-policy.yaml, which is removed first.</param>
    /// <param name="storeFront">The text of samples/lab/allow-store-front-traffic.yaml.</param>
    public static IReadOnlyList<LabStep> Steps(string combined, string storeFront) =>
    [
        Delete("delete-combined", "The combined policy goes; the chaos policy stays", "combined-policy.yaml", combined),
        new()
        {
            Id = "hubble-certificates",
            Title = "The certificates for the relay, from the cluster's secret",
            Command = "for f in ca.crt tls.crt tls.key; do kubectl get secret hubble-relay-client-certs -n kube-system -o jsonpath=\"{.data['${f//./\\\\.}']}\" | base64 -d > $f; done",
            Expected = "ca.crt, tls.crt, tls.key",
            RunAsync = (hands, cancellation) => hands.Hubble.FetchCertificatesAsync(cancellation),
            Holds = seen => seen.ExitCode == 0,
        },
        new()
        {
            Id = "hubble-relay",
            Title = "The relay runs",
            Command = "kubectl get pods -o wide -n kube-system -l k8s-app=hubble-relay",
            Expected = "hubble-relay-... 1/1 Running",
            RunAsync = (hands, cancellation) => UntilAsync(hands.Hubble.ListRelayPodsAsync, RelayIsReady, cancellation),
            Holds = RelayIsReady,
        },
        Outside("hubble-denied", "From outside the shop cannot be reached: why?", "Connection failed", seen => seen is { ExitCode: not 0, Output: "Connection failed" }, proof: null),
        Observe("hubble-dropped", "Hubble shows traffic from world to store-front, dropped by policy", ["--verdict", "DROPPED"], "... (world) <> pets/store-front-...:8080 ... DROPPED (TCP Flags: SYN)", "(DROPPED|DENIED)"),
        new()
        {
            Id = "hubble-describe",
            Title = "The policy of store-front lets nobody in",
            Command = "kubectl describe -n pets cnp allow-store-front-traffic",
            Expected = "an ingress rule from no endpoints, and nothing about world",
            RunAsync = (hands, cancellation) => hands.Hubble.DescribePolicyAsync("allow-store-front-traffic", cancellation),
            Holds = seen => seen.ExitCode == 0
                && seen.Output.Contains("ingress", StringComparison.OrdinalIgnoreCase)
                && !seen.Output.Contains("world", StringComparison.OrdinalIgnoreCase),
        },
        Apply("hubble-restore", "The original policy again", "allow-store-front-traffic.yaml", storeFront),
        Outside("hubble-allowed", "The shop is back", "the shop's page", seen => seen.ExitCode == 0 && seen.Output.Length > 0, new FlowProof(
            new FlowFilter { DestinationPod = { "pets/store-front-" }, DestinationPort = { "8080" }, SourceLabel = { "reserved:world" }, Verdict = { Verdict.Forwarded } },
            flow => flow.IngressAllowedBy.Any(p => p.Name == "allow-store-front-traffic"))),
        Observe("hubble-forwarded", "and Hubble shows it", ["--verdict", "FORWARDED", "--from-label", "reserved:world", "--to-pod", "pets/store-front"], "... (world) -> pets/store-front-...:8080 ... FORWARDED (TCP Flags: SYN)", "(FORWARDED|ALLOWED)"),
    ];

    private static bool RelayIsReady(CommandResult seen) => seen.ExitCode == 0 && Regex.IsMatch(seen.Output, @"(?m)^hubble-relay-\S+ +1/1 +Running");

    private static LabStep Outside(string id, string title, string expected, Func<CommandResult, bool> holds, FlowProof? proof) => new()
    {
        Id = id,
        Title = title,
        Command = "curl -s -m 2 http://$(kubectl get svc -n pets store-front -o jsonpath='{.status.loadBalancer.ingress[0].ip}') || echo \"Connection failed\"",
        Expected = expected,
        RunAsync = (hands, cancellation) => hands.FetchFromOutsideAsync("store-front", cancellation),
        Holds = holds,
        Proof = proof,
    };

    private static LabStep Observe(string id, string title, string[] arguments, string expected, string verdict)
    {
        var line = new Regex($@"(?m)\(world\) \S+ pets/store-front-\S+:8080 \(ID:[0-9]+\) .*\b{verdict}\b");
        bool Shows(CommandResult seen) => seen.ExitCode == 0 && line.IsMatch(seen.Output);
        return new LabStep
        {
            Id = id,
            Title = title,
            Command = $"kubectl port-forward -n kube-system svc/hubble-relay --address 127.0.0.1 4245:443 & weir observe {string.Join(' ', arguments)} --server tls://localhost:4245 {Certificates}",
            Expected = expected,
            RunAsync = (hands, cancellation) => UntilAsync(stop => hands.Hubble.ObserveAsync(arguments, stop), Shows, cancellation),
            Holds = Shows,
        };
    }

    // A flow is seen a moment after its packet, and a pod is ready a moment after it runs.
    private static async Task<CommandResult> UntilAsync(Func<CancellationToken, Task<CommandResult>> run, Func<CommandResult, bool> holds, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_longestArrival);
        while (true)
        {
            var seen = await run(cancellation);
            if (holds(seen) || patience.IsCancellationRequested) return seen;
            await Task.Delay(_pause, cancellation);
        }
    }
}
