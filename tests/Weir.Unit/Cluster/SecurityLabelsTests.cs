using System.Collections.Immutable;
using Weir.Cluster.Identities;
using Weir.Cluster.Objects;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Unit.Cluster;

public sealed class SecurityLabelsTests
{
    [Theory]
    [InlineData("app", true)]
    [InlineData("app.kubernetes.io/name", true)]
    [InlineData("k8s-app", true)]
    [InlineData("pod-template-hash", false)]
    [InlineData("controller-revision-hash", false)]
    [InlineData("statefulset.kubernetes.io/pod-name", false)]
    [InlineData("apps.kubernetes.io/pod-index", false)]
    [InlineData("io.kubernetes.container.name", false)]
    [InlineData("kubernetes.io/arch", false)]
    [InlineData("topology.beta.kubernetes.io/zone", false)]
    public void A_label_of_the_pods_kind_is_taken_and_one_of_its_single_life_is_not(string key, bool taken) =>
        Assert.Equal(taken, IdentityLabels.IsKept(key));

    [Fact]
    public void A_pod_cannot_say_of_itself_what_only_the_cluster_may_say()
    {
        var pod = new PodState
        {
            Name = new ObjectName("pets", "p"),
            Uid = "1",
            Labels = ImmutableSortedDictionary<string, string>.Empty
                .Add("io.kubernetes.pod.namespace", "kube-system")
                .Add("io.cilium.k8s.policy.serviceaccount", "admin")
                .Add("io.cilium.k8s.namespace.labels.team", "gods"),
        };
        var home = new NamespaceState("pets", ImmutableSortedDictionary<string, string>.Empty.Add("tier", "one"));

        Assert.Equal(
            "k8s:io.cilium.k8s.namespace.labels.tier=one,k8s:io.cilium.k8s.policy.cluster=default,"
            + "k8s:io.cilium.k8s.policy.serviceaccount=default,k8s:io.kubernetes.pod.namespace=pets",
            SecurityLabels.Of(pod, home).ToString());
    }
}
