using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Workloads.Resolve;

/// <summary>The names under in-addr.arpa and ip6.arpa.</summary>
internal static class ReverseName
{
    /// <summary>The name to ask for the name of an address.</summary>
    public static string Of(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        Array.Reverse(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', bytes) + ".in-addr.arpa"
            : string.Join('.', bytes.Select(b => string.Create(CultureInfo.InvariantCulture, $"{b & 15:x}.{b >> 4:x}"))) + ".ip6.arpa";
    }
}
