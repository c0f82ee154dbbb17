using System.Buffers.Binary;
using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Datapath.Model;

/// <summary><c>struct service_key</c> of bpf/abi.h.</summary>
internal readonly record struct ServiceKey(IpAddress Address, ushort Port, byte Protocol);

/// <summary><c>struct affinity_key</c> of bpf/abi.h.</summary>
internal readonly record struct AffinityKey(ServiceKey Service, IpAddress Client);

/// <summary>The backend of a connection, or of a client: <c>struct translation</c> of bpf/abi.h.</summary>
internal sealed class Translation(IpAddress address, ushort port, ulong seenNs)
{
    public IpAddress Address { get; } = address;

    public ushort Port { get; } = port;

    public ulong SeenNs { get; set; } = seenNs;
}

/// <summary>Service address → backend, before policy, which speaks of backends: bpf/services.h.</summary>
internal sealed class ModelServices(ModelState state)
{
    private const ulong Second = 1_000_000_000;
    private const ulong KeptDatagram = 60 * Second;
    private const ulong KeptStream = 21_600 * Second;

    private static readonly IpAddress s_hairpinV4 = IpAddress.FromIPv4(0xA9FE2A01);
    private static readonly IpAddress s_hairpinV6 = new(0xFD00_0169_0254_0042, 1);

    /// <summary>
    /// If the packet goes to a service, replaces the destination in its tuple by a backend; <see cref="ModelPacket.Wire"/> keeps
    /// the packet's own. A connection keeps its backend; a TCP SYN chooses anew.
    /// </summary>
    /// <param name="packet">Parsed, with a fragment's ports filled in.</param>
    /// <param name="isAtUplink">Only addresses that outsiders may use, and only backends of this node.</param>
    public DropReason Translate(ModelPacket packet, bool isAtUplink)
    {
        var tuple = packet.Wire = packet.Tuple;
        if (tuple.Protocol is not (TransportProtocol.Tcp or TransportProtocol.Udp or TransportProtocol.Sctp)) return DropReason.None;
        var key = new ServiceKey(tuple.Destination, tuple.DestinationPort, tuple.Protocol);
        if (!state.Services.TryGetValue(key, out var service) || (isAtUplink && !service.Spec.LocalOnly)) return DropReason.None;

        var lifetime = tuple.Protocol == TransportProtocol.Udp ? KeptDatagram : KeptStream;
        IpAddress address;
        ushort port;
        if (state.Translations.TryGet(tuple, out var kept) && (long)(packet.Now - kept.SeenNs) <= (long)lifetime && !packet.IsOpening)
        {
            if (packet.Now - kept.SeenNs >= Second) kept.SeenNs = packet.Now;
            (address, port) = (kept.Address, kept.Port);
        }
        else if (Choose(packet, key, service, isAtUplink) is { } chosen)
        {
            (address, port) = (chosen.Address, chosen.Port);
        }
        else
        {
            return DropReason.ServiceBackendNotFound;
        }

        packet.IsTranslated = true;
        packet.IsHairpin = tuple.Source == address;
        packet.Tuple = tuple with
        {
            Destination = address,
            DestinationPort = port,
            Source = !packet.IsHairpin ? tuple.Source : packet.Header.IsIPv4 ? s_hairpinV4 : s_hairpinV6,
        };
        return DropReason.None;
    }

    private Translation? Choose(ModelPacket packet, ServiceKey key, ModelService service, bool isLocalOnly)
    {
        var count = isLocalOnly ? service.LocalCount : service.Backends.Count;
        if (count == 0) return null;

        var affinitySeconds = service.Spec.AffinitySeconds;
        var client = new AffinityKey(key, packet.Tuple.Source);
        Translation chosen;
        if (affinitySeconds != 0 && state.Affinity.TryGet(client, out var affine)
            && (long)(packet.Now - affine.SeenNs) <= (long)(affinitySeconds * Second))
        {
            affine.SeenNs = packet.Now;
            chosen = new Translation(affine.Address, affine.Port, packet.Now);
        }
        else
        {
            var backend = service.Backends[(int)(Hash(packet.Tuple) % (uint)count)];
            chosen = new Translation(backend.Address, backend.Port, packet.Now);
            if (affinitySeconds != 0) state.Affinity.Set(client, new Translation(backend.Address, backend.Port, packet.Now));
        }

        state.Translations.Set(packet.Tuple, chosen);
        return chosen;
    }

    /// <summary>Spreads tuples evenly; over the struct's bytes as five little-endian words, as the kernel does.</summary>
    private static uint Hash(in ConnectionTuple tuple)
    {
        var last = BinaryPrimitives.ReverseEndianness(tuple.SourcePort)
            | ((ulong)BinaryPrimitives.ReverseEndianness(tuple.DestinationPort) << 16)
            | ((ulong)tuple.Protocol << 32);
        ulong hash = 0;
        hash = Mix(hash, BinaryPrimitives.ReverseEndianness(tuple.Source.High));
        hash = Mix(hash, BinaryPrimitives.ReverseEndianness(tuple.Source.Low));
        hash = Mix(hash, BinaryPrimitives.ReverseEndianness(tuple.Destination.High));
        hash = Mix(hash, BinaryPrimitives.ReverseEndianness(tuple.Destination.Low));
        return (uint)Mix(hash, last);
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * 0x9E37_79B9_7F4A_7C15;
        return hash ^ (hash >> 32);
    }
}

/// <summary>A service with its backends in the order of the kernel's table: those of this node come first.</summary>
internal sealed class ModelService(ServiceSpec spec)
{
    public ServiceSpec Spec { get; } = spec;

    public IReadOnlyList<BackendSpec> Backends { get; } = [.. spec.Backends.OrderByDescending(backend => backend.IsLocal)];

    public int LocalCount { get; } = spec.Backends.Count(backend => backend.IsLocal);
}
