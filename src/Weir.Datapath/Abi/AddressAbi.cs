using System.Runtime.CompilerServices;
using Weir.Model;

namespace Weir.Datapath.Abi;

/// <summary>16 bytes of address in network order.</summary>
[InlineArray(16)]
public struct AddressAbi
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
}
