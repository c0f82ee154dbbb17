using System.Runtime.CompilerServices;
using Weir.Model;

namespace Weir.Datapath.Abi;

/// <summary>16 bytes of address in network order.</summary>
[InlineArray(16)]
public struct AddressAbi : IEquatable<AddressAbi>
{
    private byte _first;

    /// <summary>The bytes of an address.</summary>
    public static AddressAbi From(IpAddress address)
    {
        AddressAbi bytes = default;
        address.CopyTo(bytes);
        return bytes;
    }

    /// <summary>The address of the bytes.</summary>
    public readonly IpAddress ToAddress() => IpAddress.FromBytes(this);

    /// <inheritdoc/>
    public readonly bool Equals(AddressAbi other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is AddressAbi other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => ToAddress().GetHashCode();

    /// <summary>Whether two are the same bytes.</summary>
    public static bool operator ==(AddressAbi left, AddressAbi right) => left.Equals(right);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(AddressAbi left, AddressAbi right) => !left.Equals(right);
}
