using Weir.Model;

namespace Weir.Datapath.Model;

/// <summary>Longest prefix → identity: the map <c>weir_ipcache</c>, over the 128-bit form of addresses.</summary>
internal sealed class IdentityCache
{
    private readonly Dictionary<IpAddress, uint>?[] _byLength = new Dictionary<IpAddress, uint>?[129];

    public void Set(IpPrefix prefix, uint identity) => (_byLength[prefix.MappedLength] ??= [])[prefix.Address] = identity;

    public void Remove(IpPrefix prefix) => _byLength[prefix.MappedLength]?.Remove(prefix.Address);

    public IEnumerable<KeyValuePair<IpPrefix, SecurityIdentity>> All() =>
        from length in Enumerable.Range(0, _byLength.Length)
        from entry in _byLength[length] ?? []
        let bits = entry.Key.IsIPv4 && length >= 96 ? length - 96 : length
        select KeyValuePair.Create(new IpPrefix(entry.Key, bits), new SecurityIdentity(entry.Value));

    /// <summary>The identity of an address; <see cref="SecurityIdentity.World"/> where none is known.</summary>
    public uint Of(IpAddress address)
    {
        for (var length = 128; length >= 0; length--)
        {
            if (_byLength[length] is not { Count: > 0 } addresses) continue;
            if (addresses.TryGetValue(Mask(address, length), out var identity)) return identity;
        }

        return SecurityIdentity.World.Value;
    }

    private static IpAddress Mask(IpAddress address, int length) => new(
        length >= 64 ? address.High : address.High & HighBits(length),
        length >= 64 ? address.Low & HighBits(length - 64) : 0);

    private static ulong HighBits(int count) => count == 0 ? 0 : ulong.MaxValue << (64 - count);
}
