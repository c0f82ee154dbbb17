using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Programs;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Maps;

/// <summary>The four maps that hold policy: exact entries in a hash, port ranges in a trie, tables, and who has which table.</summary>
internal sealed class PolicyMaps(ProgramObject loaded) : IDisposable
{
    private readonly BpfMap<PolicyKeyAbi, PolicyEntryAbi> _exact = loaded.Map<PolicyKeyAbi, PolicyEntryAbi>("weir_policy");
    private readonly BpfMap<RangeKeyAbi, PolicyEntryAbi> _ranges = loaded.Map<RangeKeyAbi, PolicyEntryAbi>("weir_ranges");

    public BpfMap<uint, TableAbi> Tables { get; } = loaded.Map<uint, TableAbi>("weir_tables");

    public BpfMap<uint, EndpointTablesAbi> EndpointTables { get; } = loaded.Map<uint, EndpointTablesAbi>("weir_endpoint_tables");

    /// <summary>Writes entries under a table's number. On a failure some may have been written.</summary>
    public void Write(uint table, Dictionary<PolicyKey, PolicyEntryAbi> entries)
    {
        var exact = entries.Where(entry => !IsRange(entry.Key)).ToList();
        _exact.SetAll(
            CollectionsMarshal.AsSpan(exact.ConvertAll(entry => Exact(table, entry.Key))),
            CollectionsMarshal.AsSpan(exact.ConvertAll(entry => entry.Value)));
        foreach (var (key, entry) in entries)
        {
            if (IsRange(key)) _ranges.Set(Range(table, key), entry);
        }
    }

    /// <summary>Removes one entry; nothing happens where there is none.</summary>
    public void Remove(uint table, PolicyKey key)
    {
        if (IsRange(key)) _ranges.Remove(Range(table, key));
        else _exact.Remove(Exact(table, key));
    }

    /// <summary>Hands every entry of every table to <paramref name="take"/>, which may remove it.</summary>
    public void ReadEntries(Action<uint, PolicyKey, PolicyEntryAbi> take)
    {
        foreach (var key in _exact.Keys())
        {
            if (_exact.TryGet(key, out var entry))
                take(key.Table, new PolicyKey(new SecurityIdentity(key.Peer), (IpProtocol)key.Protocol, Host(key.Port), key.PortBits), entry);
        }

        foreach (var key in _ranges.Keys())
        {
            var bits = (byte)(key.PrefixBits - RangeKeyAbi.FixedBits);
            if (_ranges.TryGet(key, out var entry))
                take(key.Table, new PolicyKey(new SecurityIdentity(key.Peer), (IpProtocol)key.Protocol, Host(key.Port), bits), entry);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _exact.Dispose();
        _ranges.Dispose();
        Tables.Dispose();
        EndpointTables.Dispose();
    }

    private static bool IsRange(PolicyKey key) => key.PortBits is > 0 and < 16;

    private static PolicyKeyAbi Exact(uint table, PolicyKey key) => new()
    {
        Table = table,
        Peer = key.Peer.Value,
        Port = Host(key.Port),
        Protocol = (byte)key.Protocol,
        PortBits = key.PortBits,
    };

    private static RangeKeyAbi Range(uint table, PolicyKey key) => new()
    {
        PrefixBits = RangeKeyAbi.FixedBits + key.PortBits,
        Table = table,
        Peer = key.Peer.Value,
        Protocol = (byte)key.Protocol,
        Port = Host(key.Port),
    };

    /// <summary>Host to network order and back.</summary>
    internal static ushort Host(ushort port) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}
