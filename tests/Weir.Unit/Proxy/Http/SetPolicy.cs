using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Policies;

namespace Weir.Unit.Proxy.Http;

/// <summary>A policy that the test sets, for every connection alike.</summary>
internal sealed class SetPolicy
{
    private volatile L7Decision _egress = L7Decision.Unlimited, _ingress = L7Decision.Unlimited;

    public static L7Decision Http(params HttpRule[] rules) => Of(new L7Rules("http") { Alternatives = [new L7Alternative { Http = rules }] });

    public static L7Decision Tls(params string[] names) => Of(new L7Rules("tls") { Alternatives = [new L7Alternative { ServerNames = names }] });

    public void Set(L7Decision egress, L7Decision? ingress = null) => (_egress, _ingress) = (egress, ingress ?? L7Decision.Unlimited);

    public L7Decision Ask(in ExchangeEnds side) => side.Direction == TrafficDirection.Egress ? _egress : _ingress;

    private static L7Decision Of(L7Rules rules) => L7Decision.Of(rules, 7, RuleSet.NoPolicy);
}
