using System.Net;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Policy.Rules;
using Weir.Proxy.Http;

namespace Weir.Unit.Proxy.Http;

/// <summary>A policy that the test sets, for every connection alike.</summary>
internal sealed class SetPolicy : IConnectionPolicy
{
    private DirectionRules[] _directions = [];
    private long _revision;

    public long Revision => Volatile.Read(ref _revision);

    public static DirectionRules Http(TrafficDirection direction, params HttpRule[] rules) => new(
        direction, "http", new RequestMatcher(new L7Rules("http") { Alternatives = [new L7Alternative { Http = rules }] }),
        new RuleOrigin("CiliumNetworkPolicy", "shop", $"{direction}", "", 0));

    public static DirectionRules Tls(params string[] names) => new(
        TrafficDirection.Egress, "tls", new RequestMatcher(new L7Rules("tls") { Alternatives = [new L7Alternative { ServerNames = names }] }),
        new RuleOrigin("CiliumNetworkPolicy", "shop", "names", "egress", 0));

    public void Set(params DirectionRules[] directions)
    {
        _directions = directions;
        Interlocked.Increment(ref _revision);
    }

    public ConnectionRules Ask(IPEndPoint source, IPEndPoint destination) => new(Revision, _directions);
}
