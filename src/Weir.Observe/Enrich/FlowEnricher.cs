using Weir.Model;

namespace Weir.Observe.Enrich;

/// <summary>Adds to a flow what its addresses and identities stand for. One thread enriches; any thread publishes.</summary>
public sealed class FlowEnricher(string clusterName)
{
    private readonly Dictionary<uint, Endpoint> _bare = [];
    private volatile DirectorySnapshot _directory = DirectorySnapshot.Empty;

    /// <summary>The names that endpoints of this node know addresses by.</summary>
    public LearnedNames Names { get; } = new();

    /// <summary>The newest directory.</summary>
    public DirectorySnapshot Directory => _directory;

    /// <summary>Makes <paramref name="next"/> the directory of all later flows.</summary>
    public void Publish(DirectorySnapshot next) => _directory = next;

    /// <summary>Fills both ends and the services; allocates only when an identity is met for the first time.</summary>
    public void Enrich(ref Flow flow, SecurityIdentity source, SecurityIdentity destination)
    {
        var directory = _directory;
        flow.Source = Find(directory, flow.SourceAddress, source);
        flow.Destination = Find(directory, flow.DestinationAddress, destination);
        if (flow.Destination.PodName.Length == 0) flow.Destination = Names.Name(flow.Destination, flow.Source.Id, flow.DestinationAddress);
        if (flow.Source.PodName.Length == 0) flow.Source = Names.Name(flow.Source, flow.Destination.Id, flow.SourceAddress);
        if (flow.FrontendAddress.IsNone) return;

        // The service answers: in a reply it is the sender that it stands for.
        var service = FindService(directory, flow.FrontendAddress, flow.FrontendPort);
        if (flow.IsReply == true) flow.SourceService = service;
        else flow.DestinationService = service;
    }

    private Endpoint Find(DirectorySnapshot directory, IpAddress address, SecurityIdentity identity)
    {
        // The kernel's identity is what decided. Where the directory has moved on to another one (a pod was relabelled,
        // its address was given to another pod), the pod would be the wrong one to name.
        if (directory.ByAddress.TryGetValue(address, out var known) && (known.Identity == identity || identity.Value == 0))
            return known;
        if (directory.ByIdentity.TryGetValue(identity.Value, out known)) return known;
        if (_bare.TryGetValue(identity.Value, out known)) return known;

        known = new Endpoint
        {
            Identity = identity,
            Labels = identity.ReservedName is { } name ? LabelSet.Reserved(name) : LabelSet.Empty,
            ClusterName = identity.IsReserved || identity.IsLocal ? "" : clusterName,
        };
        _bare.Add(identity.Value, known);
        return known;
    }

    private static ServiceReference? FindService(DirectorySnapshot directory, IpAddress address, ushort port) =>
        directory.Services.GetValueOrDefault(new ServiceAddress(address, port))
        ?? directory.Services.GetValueOrDefault(new ServiceAddress(address, 0));
}
