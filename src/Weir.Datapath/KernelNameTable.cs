using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Maps;
using Weir.Datapath.Programs;
using Weir.Linux;
using Weir.Model;

namespace Weir.Datapath;

/// <summary>
/// The kernel's tables of names, as the proxy process writes them: the pins that an agent of the node has made, opened without loading anything.
/// </summary>
public sealed class KernelNameTable : INameTable, IDisposable
{
    private static readonly ulong s_tcpIdleNs = (ulong)TimeSpan.FromHours(1).TotalNanoseconds;
    private static readonly ulong s_otherIdleNs = (ulong)TimeSpan.FromMinutes(1).TotalNanoseconds;

    private readonly string _folder;
    private readonly Lock _opening = new();
    private Opened? _opened;

    /// <summary>Remembers where the pins are, or will be.</summary>
    /// <param name="bpffsPath">As <see cref="KernelDatapathOptions.BpffsPath"/>.</param>
    /// <param name="nodeName">As <see cref="KernelDatapathOptions.NodeName"/>.</param>
    public KernelNameTable(string bpffsPath, string nodeName) => _folder = Path.Combine(bpffsPath, "weir", nodeName, $"v{PinFolder.Abi}");

    /// <inheritdoc/>
    public bool IsReady => Maps is not null;

    /// <inheritdoc/>
    public IReadOnlyCollection<NamedAddress> Addresses =>
        Maps is not { } maps ? [] : [.. maps.Names.Keys().Select(k => new NamedAddress(k.Endpoint, k.Address.ToAddress(), maps.Names.TryGet(k, out var v) ? v.Set : 0))];

    /// <inheritdoc/>
    public IReadOnlyCollection<NameDecisionKey> Decisions =>
        Maps is not { } maps ? [] : [.. maps.Policy.Keys().Select(k => new NameDecisionKey(k.Table, k.Peer, (IpProtocol)k.Protocol, PolicyMaps.Host(k.Port), k.PortBits))];

    private Opened? Maps
    {
        get
        {
            if (_opened is { } opened) return opened;
            lock (_opening) return _opened ??= Opened.TryOpen(_folder);
        }
    }

    /// <inheritdoc/>
    public bool SetNames(uint endpoint, IpAddress address, uint set) =>
        Maps is { } maps && maps.Names.TrySet(new NameKeyAbi { Endpoint = endpoint, Address = AddressAbi.From(address) }, new NameEntryAbi { Set = set });

    /// <inheritdoc/>
    public void RemoveNames(uint endpoint, IpAddress address) => Maps?.Names.Remove(new NameKeyAbi { Endpoint = endpoint, Address = AddressAbi.From(address) });

    /// <inheritdoc/>
    public bool SetDecision(NameDecisionKey key, NameDecision decision) => Maps is { } maps && maps.Policy.TrySet(
        Abi(key), new PolicyEntryAbi { Rule = decision.Rule, Action = decision.Action, Match = (byte)decision.Match });

    /// <inheritdoc/>
    public void RemoveDecision(NameDecisionKey key) => Maps?.Policy.Remove(Abi(key));

    /// <inheritdoc/>
    public SecurityIdentity IdentityOf(IpAddress address) =>
        Maps is { } maps && maps.Identities.TryGet(new IpcacheKeyAbi { PrefixBits = 128, Address = AddressAbi.From(address) }, out var entry)
            ? new SecurityIdentity(entry.Identity)
            : SecurityIdentity.World;

    /// <inheritdoc/>
    public IReadOnlySet<(uint Endpoint, IpAddress Peer)> LiveConnections()
    {
        const ushort OpenerIsSource = 0x1, Over = 0x10 | 0x20;
        var live = new HashSet<(uint, IpAddress)>();
        if (Maps is not { } maps) return live;
        var now = (ulong)Clocks.BootNanoseconds();
        foreach (var key in maps.Connections.Keys())
        {
            if (!maps.Connections.TryGet(key, out var connection) || connection.SrcEndpoint == 0 || (connection.Flags & Over) != 0) continue;

            // A table of connections forgets none by itself before it is full: what was silent for long is taken to have ended.
            var idle = key.Protocol == (byte)IpProtocol.Tcp ? s_tcpIdleNs : s_otherIdleNs;
            if (now > connection.SeenNs && now - connection.SeenNs > idle) continue;
            live.Add((connection.SrcEndpoint, ((connection.Flags & OpenerIsSource) != 0 ? key.Dst : key.Src).ToAddress()));
        }

        return live;
    }

    /// <inheritdoc/>
    public void Dispose() => _opened?.Dispose();

    private static PolicyKeyAbi Abi(NameDecisionKey key) => new()
    {
        Table = key.Table,
        Peer = key.Set,
        Port = PolicyMaps.Host(key.Port),
        Protocol = (byte)key.Protocol,
        PortBits = key.PortBits,
    };

    /// <summary>The maps, all of them or none.</summary>
    private sealed class Opened : IDisposable
    {
        private readonly List<BpfHandle> _handles;

        private Opened(List<BpfHandle> handles)
        {
            _handles = handles;
            Names = new BpfMap<NameKeyAbi, NameEntryAbi>("weir_names", Setting, handles[0], Size(handles[0]));
            Policy = new BpfMap<PolicyKeyAbi, PolicyEntryAbi>("weir_name_policy", Setting, handles[1], Size(handles[1]));
            Identities = new BpfMap<IpcacheKeyAbi, IpcacheEntryAbi>("weir_ipcache", Setting, handles[2], Size(handles[2]));
            Connections = new BpfMap<TupleAbi, ConnectionAbi>("weir_connections", Setting, handles[3], Size(handles[3]));
        }

        public BpfMap<NameKeyAbi, NameEntryAbi> Names { get; }

        public BpfMap<PolicyKeyAbi, PolicyEntryAbi> Policy { get; }

        public BpfMap<IpcacheKeyAbi, IpcacheEntryAbi> Identities { get; }

        public BpfMap<TupleAbi, ConnectionAbi> Connections { get; }

        private static string Setting => "the map's size in bpf/maps.h";

        public static Opened? TryOpen(string folder)
        {
            var handles = new List<BpfHandle>();
            foreach (var name in (ReadOnlySpan<string>)["weir_names", "weir_name_policy", "weir_ipcache", "weir_connections"])
            {
                if (BpfSystem.Open(Path.Combine(folder, name), out var handle) == 0)
                {
                    handles.Add(handle);
                    continue;
                }

                handle.Dispose();
                foreach (var opened in handles) opened.Dispose();
                return null;
            }

            return new Opened(handles);
        }

        public void Dispose()
        {
            foreach (var handle in _handles) handle.Dispose();
        }

        private static unsafe uint Size(BpfHandle map)
        {
            var info = stackalloc uint[20]; // struct bpf_map_info: type, id, key_size, value_size, max_entries, ...
            return BpfSystem.Info(map.Fd, info, 80) == 0 ? info[4] : 0;
        }
    }
}
