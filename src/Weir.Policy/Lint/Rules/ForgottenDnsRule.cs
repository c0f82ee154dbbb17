using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Compile.Selectors;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint.Rules;

/// <summary>WP110: a default deny of egress that forgets DNS.</summary>
internal sealed class ForgottenDnsRule : LintRule
{
    private static readonly PeerIdentity ClusterDns = new(
        SecurityIdentity.FirstAllocated,
        IdentityLabels.ForPod("kube-system", [new("k8s-app", "kube-dns")], [new("kubernetes.io/metadata.name", "kube-system")], "coredns"));

    private static readonly PortRange Dns = new(IpProtocol.Udp, 53, 53);

    public override IEnumerable<Finding> Check(LintContext context)
    {
        foreach (var (document, policy) in context.Policies)
        {
            foreach (var spec in policy.Rules)
            {
                if (!spec.DefaultDenyEgress || spec.Subject.Matches(ClusterDns.Labels)) continue;
                var own = context.Of(document).Where(r => ReferenceEquals(r.Spec, spec) && !r.Ingress && !r.Rule.IsDeny && r.Peers.Count > 0).ToList();

                // A policy that lets nothing out at all means it.
                if (own.Count == 0 || context.Beside(document, spec).Any(AllowsDns)) continue;
                yield return document.Finding(
                    "WP110",
                    FindingSeverity.Warning,
                    $"{spec.Path}.egress",
                    "These rules put egress in default deny and no rule lets the pods reach cluster DNS, so every lookup fails ('bad address'), also for the services that the rules allow.",
                    "Add a rule toEndpoints {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns} with toPorts 53/ANY.");
            }
        }
    }

    private static bool AllowsDns(LintAllow rule) =>
        !rule.Ingress && !rule.Rule.IsDeny && rule.Peers.Any(p => p.Matches(ClusterDns)) && rule.Ports.Any(p => LintAllow.Covers(p.Ports, Dns));
}
