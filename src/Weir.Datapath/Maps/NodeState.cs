using System.Buffers.Binary;
using System.Globalization;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Programs;

namespace Weir.Datapath.Maps;

/// <summary>What the node has one of: configuration, numbers to give, lost events, connections.</summary>
internal sealed class NodeState : IDisposable
{
    private readonly BpfMap<uint, ConfigAbi> _config;
    private readonly BpfMap<uint, NumbersAbi> _numbers;
    private readonly BpfMap<TupleAbi, ConnectionAbi> _connections;
    private readonly BpfHandle _lost;
    private readonly int _cpus = PossibleCpus(File.ReadAllText("/sys/devices/system/cpu/possible"));
    private NumbersAbi _next;

    public NodeState(ProgramObject loaded, TimeSpan summaryInterval)
    {
        _config = loaded.Map<uint, ConfigAbi>("weir_config");
        _numbers = loaded.Map<uint, NumbersAbi>("weir_numbers");
        _connections = loaded.Map<TupleAbi, ConnectionAbi>("weir_connections");
        (_lost, _) = loaded.MapHandle("weir_lost");

        _numbers.TryGet(0, out _next);
        _next.Abi = PinFolder.Abi;
        _next.NextTable = Math.Max(_next.NextTable, 1);
        _next.NextRule = Math.Max(_next.NextRule, RuleRegistry.FirstGiven);
        _next.NextGeneration = Math.Max(_next.NextGeneration, 1);
        Configure((ref ConfigAbi config) =>
        {
            config.Abi = PinFolder.Abi;
            config.SummaryNs = (ulong)(summaryInterval.Ticks * 100);
            config.TimeNs = 0;
            config.Flags = ConfigAbi.Names;
        });
    }

    /// <summary>Changes fields of a configuration.</summary>
    public delegate void Change(ref ConfigAbi config);

    /// <summary>The map of connections.</summary>
    public BpfMap<TupleAbi, ConnectionAbi> Connections => _connections;

    /// <summary>Events that found the ring full, over all processors.</summary>
    public unsafe ulong LostEvents
    {
        get
        {
            uint zero = 0;
            Span<ulong> perCpu = stackalloc ulong[_cpus];
            fixed (ulong* values = perCpu)
            {
                var errno = BpfSystem.Lookup(_lost.Fd, &zero, values);
                if (errno != 0) throw DatapathException.MapRefused("lookup", "weir_lost", errno);
            }

            ulong sum = 0;
            foreach (var value in perCpu) sum += value;
            return sum;
        }
    }

    /// <summary>Processors that the kernel may ever have: as many values as a per-CPU map gives.</summary>
    public int Cpus => _cpus;

    public uint NextTable() => Give(_next.NextTable++);

    public uint NextRule() => Give(_next.NextRule++);

    public uint NextGeneration() => Give(_next.NextGeneration++);

    public void SetProxyPorts(ushort tcpPort, ushort udpPort) => Configure((ref ConfigAbi config) =>
    {
        config.ProxyTcpPort = BinaryPrimitives.ReverseEndianness(tcpPort);
        config.ProxyUdpPort = BinaryPrimitives.ReverseEndianness(udpPort);
    });

    /// <summary>Rewrites the configuration. Its fields do not depend on each other, so that a program may see some of a change.</summary>
    public void Configure(Change change)
    {
        _config.TryGet(0, out var config);
        change(ref config);
        _config.Set(0, config);
    }

    /// <summary>Removes the connections of an endpoint's addresses, so that who gets them next inherits none.</summary>
    public void ForgetConnections(EndpointSpec endpoint)
    {
        foreach (var key in _connections.Keys())
        {
            var (src, dst) = (key.Src.ToAddress(), key.Dst.ToAddress());
            if (EndpointMaps.Addresses(endpoint).Any(address => address == src || address == dst)) _connections.Remove(key);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _config.Dispose();
        _numbers.Dispose();
        _connections.Dispose();
        _lost.Dispose();
    }

    /// <summary>How many processors "0-3,8" names, holes counted: 9.</summary>
    internal static int PossibleCpus(string list) =>
        1 + int.Parse(list.AsSpan(list.LastIndexOfAny([',', '-']) + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Remembers in the kernel that a number is taken before anyone uses it.</summary>
    private uint Give(uint number)
    {
        _numbers.Set(0, _next);
        return number;
    }
}
