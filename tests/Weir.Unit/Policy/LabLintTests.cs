using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class LabLintTests
{
    [Fact]
    public void Finds_what_is_wrong_with_the_manifests_of_the_lab()
    {
        var folder = Corpus.Shared("lab");
        Assert.SkipWhen(folder is null, "This machine has no ../shared/lab beside the repository.");
        List<TextFile> files = [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).Select(f => new TextFile(Path.GetFileName(f), File.ReadAllText(f)))];
        var report = Linter.Check(files);
        Assert.Equal(
            [
                "acns-network-policy-chaos.yaml WP106 metadata.name",
                "acns-network-policy-chaos.yaml WP106 metadata.name",
                "acns-network-policy-fqdn.yaml WP106 metadata.name",
                "acns-network-policy-fqdn.yaml WP111 spec.egress[0].toEndpoints[1]",
                "acns-network-policy-fqdn.yaml WP104 spec.egress[0].toPorts[0].rules.dns[0]",
                "acns-network-policy.yaml WP101 spec.egress",
                "acns-network-policy.yaml WP106 metadata.name",
                "acns-network-policy.yaml WP110 spec.egress",
                "acns-network-policy.yaml WP110 spec.egress",
                "acns-network-policy.yaml WP102 spec.egress[0].toEndpoints[0]",
                "aks-combined-fqdn-l7.yaml WP101 spec.ingress",
                "aks-combined-fqdn-l7.yaml WP113 spec.egress",
                "aks-combined-fqdn-l7.yaml WP104 spec.egress[0].toPorts[0].rules.dns[0]",
                "aks-combined-fqdn-l7.yaml WP103 spec.egress[2].toFQDNs[0]",
                "aks-combined-fqdn-l7.yaml WP105 spec.egress[3].toPorts[0].rules",
                "aks-combined-fqdn-l7.yaml WP114 spec.egress[3].toPorts[0].rules.http[0].method",
                "aks-combined-fqdn-l7.yaml WP108 spec.egress[3].toPorts[0].rules.http[0].path",
                "pets-flow-logs.yaml WP112 spec.includefilters[0].from.namespacedPod[4]",
                "pets-flow-logs.yaml WP112 spec.includefilters[1].to.namespacedPod[4]",
            ],
            report.Findings.Select(f => $"{f.File} {f.Code} {f.Path}"));
        Assert.All(report.Findings, f => Assert.True(f.Mend.Length > 10 && f.Line > 0, $"{f}"));
        Assert.Equal(0, report.ExitCode(strict: false));
        Assert.Equal(1, report.ExitCode(strict: true));
    }
}
