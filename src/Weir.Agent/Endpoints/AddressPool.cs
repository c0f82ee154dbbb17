using Weir.Model;

namespace Weir.Agent.Endpoints;

/// <summary>Gives out the addresses of one pod CIDR, the one that has been free for longest first.</summary>
/// <remarks>The first address (the network's own), and for IPv4 the last, are never given out. Not thread-safe.</remarks>
public sealed class AddressPool
{
    private readonly ulong _size;
    private readonly HashSet<IpAddress> _taken = [];
    private ulong _cursor;

    /// <summary>Makes a pool of all addresses of <paramref name="range"/>.</summary>
    /// <exception cref="ArgumentException">The range holds fewer than four addresses.</exception>
    public AddressPool(IpPrefix range)
    {
        Range = range;
        var bits = 128 - range.MappedLength;
        if (bits < 2) throw new ArgumentException($"The pod CIDR {range} is too small; give one of at least four addresses.", nameof(range));
        // 2^20 addresses are more than a node can hold pods; a larger range is used from its start.
        _size = 1ul << Math.Min(bits, 20);
    }

    /// <summary>The range.</summary>
    public IpPrefix Range { get; }

    /// <summary>Takes a free address.</summary>
    /// <returns>False when every address is taken.</returns>
    public bool TryTake(out IpAddress address)
    {
        var last = Range.Address.IsIPv4 ? _size - 2 : _size - 1;
        for (ulong tried = 0; tried < last; tried++)
        {
            _cursor = _cursor % last + 1;
            address = At(_cursor);
            if (_taken.Add(address)) return true;
        }

        address = default;
        return false;
    }

    /// <summary>Marks an address as taken, as found after a restart.</summary>
    public void Claim(IpAddress address)
    {
        _taken.Add(address);
        _cursor = Math.Max(_cursor, Math.Min(address.Low - Range.Address.Low, _size - 2));
    }

    /// <summary>Gives an address back.</summary>
    public void Release(IpAddress address) => _taken.Remove(address);

    private IpAddress At(ulong index) => new(Range.Address.High, Range.Address.Low + index);
}
