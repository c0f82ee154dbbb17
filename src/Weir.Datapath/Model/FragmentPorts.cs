using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary><c>struct fragment_key</c> of bpf/abi.h.</summary>
internal readonly record struct FragmentKey(IpAddress Source, IpAddress Destination, uint Id, byte Protocol);

/// <summary>Which ports the later fragments of a datagram belong to: <c>struct fragment_ports</c>, and bpf/fragments.h.</summary>
internal sealed record FragmentPorts(ulong SeenNs, ushort SourcePort, ushort DestinationPort, byte IcmpType, byte IcmpCode, bool IsIcmpReply)
{
    private const ulong LifetimeNs = 30_000_000_000;

    /// <summary>Remembers a first fragment's ports, or fills in a later one's; nothing for a whole packet.</summary>
    public static DropReason Apply(ModelState state, ModelPacket packet)
    {
        var key = new FragmentKey(packet.Tuple.Source, packet.Tuple.Destination, packet.Header.FragmentId, packet.Tuple.Protocol);
        if (packet.IsFirstFragment)
        {
            state.Fragments.Set(key, new FragmentPorts(
                packet.Now, packet.Tuple.SourcePort, packet.Tuple.DestinationPort, packet.IcmpType, packet.IcmpCode, packet.IsIcmpReply));
            return DropReason.None;
        }

        if (!packet.IsLaterFragment) return DropReason.None;
        if (!state.Fragments.TryGet(key, out var known) || (long)(packet.Now - known.SeenNs) > (long)LifetimeNs) return DropReason.FirstFragmentNotFound;
        packet.Tuple = packet.Tuple with { SourcePort = known.SourcePort, DestinationPort = known.DestinationPort };
        (packet.IcmpType, packet.IcmpCode) = (known.IcmpType, known.IcmpCode);
        packet.IsIcmpReply |= known.IsIcmpReply;
        return DropReason.None;
    }
}
