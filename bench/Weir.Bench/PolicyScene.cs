using System.Globalization;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Reading;

namespace Weir.Bench;

/// <summary>A cluster of some size: namespaces of 20 applications each, and policies that let each talk to a few others.</summary>
internal sealed class PolicyScene
{
    private const int Applications = 20;
    private readonly int _namespaces;

    public PolicyScene(int policies, int identities)
    {
        _namespaces = Math.Max(1, policies / Applications);
        Texts = [.. Enumerable.Range(0, policies).Select(Text)];
        Labels = [.. Enumerable.Range(0, identities).Select(LabelsOf)];
        Readings = [.. Texts.SelectMany(t => PolicyReader.ReadText(t))];
    }

    public IReadOnlyList<string> Texts { get; }

    public IReadOnlyList<LabelSet> Labels { get; }

    public IReadOnlyList<PolicyReading> Readings { get; }

    /// <summary>Everything from nothing: identities, policies, and the table of every kind of endpoint.</summary>
    public PolicyRepository Compile()
    {
        var repository = new PolicyRepository();
        for (var i = 0; i < Labels.Count; i++) repository.SetIdentity(IdentityOf(i), Labels[i]);
        foreach (var reading in Readings)
        {
            if (!repository.Upsert(reading).IsAccepted) throw new InvalidOperationException("A policy of the scene is refused.");
        }

        foreach (var labels in Labels) repository.Resolve(new EndpointSubject(labels));
        return repository;
    }

    public static SecurityIdentity IdentityOf(int index) => new((uint)(SecurityIdentity.FirstAllocated + index));

    public LabelSet LabelsOf(int index) => IdentityLabels.ForPod(
        $"ns-{index % _namespaces}",
        [new("app", $"app-{index / _namespaces % Applications}"), new("version", (index / _namespaces / Applications).ToString(CultureInfo.InvariantCulture))],
        [new("kubernetes.io/metadata.name", $"ns-{index % _namespaces}")],
        "default");

    private string Text(int index)
    {
        int ns = index % _namespaces, app = index / _namespaces % Applications;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicy
            metadata:
              name: policy-{{index}}
              namespace: ns-{{ns}}
            spec:
              endpointSelector:
                matchLabels:
                  app: app-{{app}}
              ingress:
                - fromEndpoints:
                    - matchLabels:
                        app: app-{{(app + 1) % Applications}}
                    - matchLabels:
                        app: app-{{(app + 2) % Applications}}
                  toPorts:
                    - ports:
                        - port: "8080"
                          protocol: TCP
                        - port: "9000"
                          endPort: 9100
                          protocol: TCP
                - fromEntities:
                    - host
              egress:
                - toEndpoints:
                    - matchLabels:
                        app: app-{{(app + 19) % Applications}}
                  toPorts:
                    - ports:
                        - port: "8080"
                          protocol: TCP
                - toEndpoints:
                    - matchLabels:
                        k8s:io.kubernetes.pod.namespace: kube-system
                        k8s-app: kube-dns
                  toPorts:
                    - ports:
                        - port: "53"
                          protocol: ANY
                - toCIDR:
                    - 10.{{index % 200}}.0.0/16
            """);
    }
}
