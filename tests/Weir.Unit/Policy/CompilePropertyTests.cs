using CsCheck;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Xunit;

namespace Weir.Unit.Policy;

public sealed class CompilePropertyTests
{
    private static readonly bool[] Directions = [true, false];

    [Fact]
    public void Tables_decide_as_the_rules_do_one_by_one() => Gen.Int.Sample(
        seed =>
        {
            var random = new RandomPolicies(seed);
            List<PolicySpec> policies = [.. Enumerable.Range(0, 1 + random.Next(5)).Select(i => random.Policy($"p{i}"))];
            var repository = Repository(policies);
            foreach (var (subject, peer, labels, address, isHost) in Pairs(repository))
            {
                var policy = repository.Resolve(new EndpointSubject(subject));
                foreach (var (protocol, port) in RandomPolicies.Packets())
                {
                    foreach (var ingress in Directions)
                    {
                        var expected = RuleOracle.Decide(policies, subject, labels, address, isHost, ingress, protocol, port);
                        var found = Decision.Decide(ingress ? policy.Ingress : policy.Egress, peer, protocol, port).Action;
                        Assert.True(expected == found, $"seed {seed}: {subject} {(ingress ? "from" : "to")} {labels} {port}/{protocol}: rules say {expected}, table says {found}");
                    }
                }
            }
        },
        iter: 25);

    [Fact]
    public void The_order_in_which_policies_come_does_not_matter() => Gen.Int.Sample(
        seed =>
        {
            var random = new RandomPolicies(seed);
            List<PolicySpec> policies = [.. Enumerable.Range(0, 2 + random.Next(5)).Select(i => random.Policy($"p{i}"))];
            AssertSame(Repository(policies), Repository(policies.AsEnumerable().Reverse()), seed);
        },
        iter: 25);

    [Fact]
    public void A_new_allow_rule_denies_nothing_where_default_deny_is_on() => Gen.Int.Sample(
        seed =>
        {
            var random = new RandomPolicies(seed);
            List<PolicySpec> policies = [DenyAll, .. Enumerable.Range(0, 3).Select(i => random.Policy($"p{i}"))];
            var more = WithoutDeny(random.Policy("more"));
            PolicyRepository before = Repository(policies), after = Repository(policies.Append(more));
            foreach (var (what, was, now) in Both(before, after))
                Assert.False(was.Action != PolicyAction.Deny && now.Action == PolicyAction.Deny, $"seed {seed}: {what} became denied by {more.Name}");
        },
        iter: 25);

    [Fact]
    public void A_deny_rule_wins_over_whatever_allows() => Gen.Int.Sample(
        seed =>
        {
            var random = new RandomPolicies(seed);
            List<PolicySpec> policies = [.. Enumerable.Range(0, 4).Select(i => random.Policy($"p{i}"))];
            var deny = OnlyDeny(random.Policy("deny"));
            PolicyRepository alone = Repository([deny]), all = Repository(policies.Append(deny));
            foreach (var (what, was, now) in Both(alone, all))
                Assert.False(was.Rules.Basis == DecisionBasis.Deny && now.Action != PolicyAction.Deny, $"seed {seed}: {what} is denied by {deny.Name} alone, but not with others");
        },
        iter: 25);

    [Fact]
    public void A_thousand_changes_give_the_same_as_starting_from_nothing()
    {
        const int changes = 1000;
        var random = new RandomPolicies(20240607);
        var repository = new PolicyRepository();
        Dictionary<PolicyName, PolicySpec> policies = [];
        HashSet<int> present = [];
        for (var i = 0; i < changes; i++)
        {
            switch (random.Next(4))
            {
                case 0:
                    var policy = random.Policy($"p{random.Next(12)}");
                    policies[policy.Name] = policy;
                    repository.Upsert(policy);
                    break;
                case 1 when policies.Count > 0:
                    var gone = policies.Keys.ElementAt(random.Next(policies.Count));
                    policies.Remove(gone);
                    repository.Remove(gone.Kind, gone.Namespace, gone.Name);
                    break;
                default:
                    var pod = random.Next(RandomPolicies.Pods.Count);
                    var before = RandomPolicies.Pods.Select(p => repository.Resolve(new EndpointSubject(p))).ToList();
                    var updates = present.Add(pod) ? repository.SetIdentity(RandomPolicies.IdentityOf(pod), RandomPolicies.Pods[pod])
                        : present.Remove(pod) ? repository.RemoveIdentity(RandomPolicies.IdentityOf(pod)) : [];
                    AssertUpdatesLeadOn(before, updates, repository);
                    break;
            }

            // The tables have to be there, or there is nothing to keep in step.
            foreach (var pod in RandomPolicies.Pods) repository.Resolve(new EndpointSubject(pod));
            if (i % 50 == 49) AssertSame(repository, Repository(policies.Values, present), i);
        }
    }

    private static PolicySpec DenyAll { get; } = Weir.Policy.Reading.PolicyReader.ReadText(
        """
        {apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: deny-all}, spec: {endpointSelector: {}, ingress: [{}], egress: [{}]}}
        """)[0].Policy!;

    private static void AssertUpdatesLeadOn(List<EndpointPolicy> before, IReadOnlyList<PolicyUpdate> updates, PolicyRepository repository)
    {
        for (var i = 0; i < before.Count; i++)
        {
            var now = repository.Resolve(new EndpointSubject(RandomPolicies.Pods[i]));
            var update = updates.SingleOrDefault(u => ReferenceEquals(u.Before, before[i]));
            Assert.Same(update is null ? before[i] : update.After, now);
            if (update is null) continue;
            foreach (var (key, entry) in update.Ingress) Assert.Equal(entry, now.Ingress.Entries[key]);
            foreach (var (key, entry) in update.Egress) Assert.Equal(entry, now.Egress.Entries[key]);
        }
    }

    private static PolicyRepository Repository(IEnumerable<PolicySpec> policies, IEnumerable<int>? pods = null)
    {
        var repository = new PolicyRepository();
        foreach (var pod in pods ?? Enumerable.Range(0, RandomPolicies.Pods.Count)) repository.SetIdentity(RandomPolicies.IdentityOf(pod), RandomPolicies.Pods[pod]);
        foreach (var policy in policies) repository.Upsert(policy);
        return repository;
    }

    private static IEnumerable<(LabelSet Subject, SecurityIdentity Peer, LabelSet Labels, IpAddress? Address, bool IsHost)> Pairs(PolicyRepository repository)
    {
        foreach (var subject in RandomPolicies.Pods)
        {
            for (var i = 0; i < RandomPolicies.Pods.Count; i++)
            {
                var identity = RandomPolicies.IdentityOf(i);
                if (repository.LabelsOf(identity) is not null) yield return (subject, identity, RandomPolicies.Pods[i], null, false);
            }

            yield return (subject, SecurityIdentity.Host, LabelSet.Reserved("host"), null, true);
            yield return (subject, SecurityIdentity.RemoteNode, LabelSet.Reserved("remote-node"), null, false);
            foreach (var address in RandomPolicies.Outside)
            {
                var (identity, labels) = repository.IdentityOf(address);
                yield return (subject, identity, labels, address, false);
            }
        }
    }

    private static IEnumerable<(string What, PolicyDecision First, PolicyDecision Second)> Both(PolicyRepository first, PolicyRepository second)
    {
        foreach (var ((subject, peer, labels, _, _), (_, otherPeer, _, _, _)) in Pairs(first).Zip(Pairs(second)))
        {
            EndpointPolicy one = first.Resolve(new EndpointSubject(subject)), two = second.Resolve(new EndpointSubject(subject));
            foreach (var (protocol, port) in RandomPolicies.Packets())
            {
                yield return ($"{subject} from {labels} {port}/{protocol}", Decision.Decide(one.Ingress, peer, protocol, port), Decision.Decide(two.Ingress, otherPeer, protocol, port));
                yield return ($"{subject} to {labels} {port}/{protocol}", Decision.Decide(one.Egress, peer, protocol, port), Decision.Decide(two.Egress, otherPeer, protocol, port));
            }
        }
    }

    private static void AssertSame(PolicyRepository first, PolicyRepository second, int seed)
    {
        foreach (var (what, one, two) in Both(first, second)) Assert.True(one == two, $"{seed}: {what}: {one} and {two}");
    }

    private static PolicySpec WithoutDeny(PolicySpec policy) =>
        policy with { Rules = [.. policy.Rules.Select(r => r with { IngressDeny = null, EgressDeny = null })] };

    private static PolicySpec OnlyDeny(PolicySpec policy) => policy with
    {
        Rules = [.. policy.Rules.Select(r => r with { Ingress = null, Egress = null, IngressDeny = Denied(r.Ingress), EgressDeny = Denied(r.Egress) })],
    };

    private static List<PeerRule>? Denied(IReadOnlyList<PeerRule>? rules) => rules is null ? null : [.. rules.Select(r => r with
    {
        IsDeny = true,
        Ports = r.Ports is null ? null : [.. r.Ports.Select(p => p with { L7 = null })],
    })];
}
