using System.Text.Json;
using Weir.Model;

namespace Weir.Agent.Endpoints;

/// <summary>Which pod interfaces this node has given out; kept in a file, so that a restart forgets none.</summary>
/// <remarks>The file is replaced whole, by a rename. Thread-safe.</remarks>
public sealed class EndpointRegistry
{
    private const uint LastId = 65535;
    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly AddressPool? _ipv4;
    private readonly AddressPool? _ipv6;
    private readonly Dictionary<uint, EndpointRecord> _records = [];
    private uint _lastGiven;

    /// <summary>Opens the registry and reads what an earlier agent left.</summary>
    /// <param name="file">The file; need not exist.</param>
    /// <param name="podCidrs">The node's ranges: at most one of each family is used.</param>
    /// <exception cref="InvalidDataException">The file is there and cannot be read; its message says what to do.</exception>
    public EndpointRegistry(string file, IReadOnlyCollection<IpPrefix> podCidrs)
    {
        _file = file;
        if (podCidrs.Any(c => c.Address.IsIPv4)) _ipv4 = new AddressPool(podCidrs.First(c => c.Address.IsIPv4));
        if (podCidrs.Any(c => !c.Address.IsIPv4)) _ipv6 = new AddressPool(podCidrs.First(c => !c.Address.IsIPv4));
        foreach (var record in Load(file)) Remember(record);
    }

    /// <summary>Every endpoint, in the order of their numbers.</summary>
    public IReadOnlyList<EndpointRecord> All
    {
        get
        {
            lock (_gate) return [.. _records.Values.OrderBy(r => r.EndpointId)];
        }
    }

    /// <summary>The endpoint with this number, if any.</summary>
    public EndpointRecord? Find(uint endpointId)
    {
        lock (_gate) return _records.GetValueOrDefault(endpointId);
    }

    /// <summary>Gives addresses and a number to a pod's interface; asked again for the same one, gives the same again.</summary>
    /// <exception cref="InvalidOperationException">Numbers or addresses are used up; the message names the range.</exception>
    public EndpointRecord Allocate(string containerId, string ifName, string ns, string pod, string uid)
    {
        lock (_gate)
        {
            var known = _records.Values.FirstOrDefault(r => r.ContainerId == containerId && r.IfName == ifName);
            if (known is not null) return known;

            var record = new EndpointRecord(NextId(), containerId, ifName, ns, pod, uid, Take(_ipv4), Take(_ipv6), Attached: false);
            _records.Add(record.EndpointId, record);
            Save();
            return record;
        }
    }

    /// <summary>Notes that an endpoint is attached.</summary>
    public void MarkAttached(uint endpointId)
    {
        lock (_gate)
        {
            if (!_records.TryGetValue(endpointId, out var record) || record.Attached) return;
            _records[endpointId] = record with { Attached = true };
            Save();
        }
    }

    /// <summary>Takes back what a pod's interface was given.</summary>
    /// <returns>The record that was there; null where there was none.</returns>
    public EndpointRecord? Release(string containerId, string ifName)
    {
        lock (_gate)
        {
            var record = _records.Values.FirstOrDefault(r => r.ContainerId == containerId && r.IfName == ifName);
            if (record is null) return null;
            _records.Remove(record.EndpointId);
            if (record.IPv4 is { } v4) _ipv4?.Release(IpAddress.Parse(v4));
            if (record.IPv6 is { } v6) _ipv6?.Release(IpAddress.Parse(v6));
            Save();
            return record;
        }
    }

    private static EndpointRecord[] Load(string file)
    {
        if (!File.Exists(file)) return [];
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), AgentJson.Default.EndpointRecordArray) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"{file} holds no list of endpoints ({e.Message}). Remove it only when no pod of this node runs: it says which addresses are taken.");
        }
    }

    private void Remember(EndpointRecord record)
    {
        _records[record.EndpointId] = record;
        _lastGiven = Math.Max(_lastGiven, record.EndpointId);
        if (record.IPv4 is { } v4) _ipv4?.Claim(IpAddress.Parse(v4));
        if (record.IPv6 is { } v6) _ipv6?.Claim(IpAddress.Parse(v6));
    }

    private uint NextId()
    {
        for (uint tried = 0; tried < LastId; tried++)
        {
            _lastGiven = (_lastGiven % LastId) + 1;
            if (!_records.ContainsKey(_lastGiven)) return _lastGiven;
        }

        throw new InvalidOperationException($"All {LastId} endpoint numbers of this node are taken.");
    }

    private static string? Take(AddressPool? pool)
    {
        if (pool is null) return null;
        return pool.TryTake(out var address)
            ? address.ToString()
            : throw new InvalidOperationException($"Every address of the node's pod CIDR {pool.Range} is taken.");
    }

    private void Save()
    {
        var next = _file + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize([.. _records.Values], AgentJson.Default.EndpointRecordArray));
        File.Move(next, _file, overwrite: true);
    }
}
