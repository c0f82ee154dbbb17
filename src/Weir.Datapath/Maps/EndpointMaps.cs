using System.Text;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Programs;
using Weir.Model;

namespace Weir.Datapath.Maps;

/// <summary>Which interface and which addresses are a pod's, and which identity an address has.</summary>
internal sealed class EndpointMaps(ProgramObject loaded) : IDisposable
{
    private readonly BpfMap<uint, EndpointAbi> _interfaces = loaded.Map<uint, EndpointAbi>("weir_interfaces");
    private readonly BpfMap<AddressAbi, LocalAddressAbi> _addresses = loaded.Map<AddressAbi, LocalAddressAbi>("weir_addresses");
    private readonly BpfMap<IpcacheKeyAbi, IpcacheEntryAbi> _ipcache = loaded.Map<IpcacheKeyAbi, IpcacheEntryAbi>("weir_ipcache");

    /// <summary>The endpoints that the maps hold, with the interface that each had.</summary>
    public IEnumerable<(uint Ifindex, EndpointSpec Endpoint)> Read()
    {
        foreach (var ifindex in _interfaces.Keys())
        {
            if (!_interfaces.TryGet(ifindex, out var held)) continue;
            ReadOnlySpan<byte> name = held.Name;
            var length = name.IndexOf((byte)0);
            yield return (ifindex, new EndpointSpec(
                held.Id,
                Encoding.UTF8.GetString(length < 0 ? name : name[..length]),
                held.Ipv4.ToAddress(),
                held.Ipv6.ToAddress(),
                new SecurityIdentity(held.Identity)));
        }
    }

    /// <summary>Writes an endpoint: addresses first, so that nobody meets an interface whose addresses are unknown.</summary>
    public void Write(uint ifindex, EndpointSpec endpoint)
    {
        var local = new LocalAddressAbi { Endpoint = endpoint.Id, Identity = endpoint.Identity.Value };
        foreach (var address in Addresses(endpoint)) _addresses.Set(AddressAbi.From(address), local);

        AddressAbi name = default;
        Encoding.UTF8.GetBytes(endpoint.InterfaceName, name);
        _interfaces.Set(ifindex, new EndpointAbi
        {
            Id = endpoint.Id,
            Identity = endpoint.Identity.Value,
            Ipv4 = AddressAbi.From(endpoint.IPv4),
            Ipv6 = AddressAbi.From(endpoint.IPv6),
            Name = name,
        });
    }

    /// <summary>Removes the interface; the addresses stay, so that packets to them are still judged, until <see cref="RemoveAddresses"/>.</summary>
    public void RemoveInterface(uint ifindex) => _interfaces.Remove(ifindex);

    /// <summary>Removes an endpoint's addresses, but not those that another endpoint has taken since.</summary>
    public void RemoveAddresses(EndpointSpec endpoint)
    {
        foreach (var address in Addresses(endpoint))
        {
            var key = AddressAbi.From(address);
            if (_addresses.TryGet(key, out var local) && local.Endpoint == endpoint.Id) _addresses.Remove(key);
        }
    }

    /// <summary>Maps a range of addresses to an identity.</summary>
    public void SetIdentity(IpPrefix prefix, SecurityIdentity identity) =>
        _ipcache.Set(Key(prefix), new IpcacheEntryAbi { Identity = identity.Value });

    /// <summary>Unmaps a range.</summary>
    public void RemoveIdentity(IpPrefix prefix) => _ipcache.Remove(Key(prefix));

    /// <summary>The mapping as the kernel holds it.</summary>
    public IEnumerable<KeyValuePair<IpPrefix, SecurityIdentity>> ReadIdentities()
    {
        foreach (var key in _ipcache.Keys())
        {
            if (!_ipcache.TryGet(key, out var entry)) continue;
            var address = key.Address.ToAddress();
            var bits = (int)key.PrefixBits;
            yield return KeyValuePair.Create(new IpPrefix(address, address.IsIPv4 && bits >= 96 ? bits - 96 : bits), new SecurityIdentity(entry.Identity));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _interfaces.Dispose();
        _addresses.Dispose();
        _ipcache.Dispose();
    }

    /// <summary>The addresses that an endpoint has.</summary>
    public static IEnumerable<IpAddress> Addresses(EndpointSpec endpoint) =>
        new[] { endpoint.IPv4, endpoint.IPv6 }.Where(address => !address.IsNone);

    private static IpcacheKeyAbi Key(IpPrefix prefix) =>
        new() { PrefixBits = (uint)prefix.MappedLength, Address = AddressAbi.From(prefix.Address) };
}
