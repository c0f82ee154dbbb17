using System.Net;
using Weir.Model;

namespace Weir.Lab.Simulated;

/// <summary>One socket's own four numbers.</summary>
internal readonly record struct SocketPair(IpAddress Local, ushort LocalPort, IpAddress Remote, ushort RemotePort)
{
    public IPEndPoint LocalEnd => EndOf(Local, LocalPort);

    public IPEndPoint RemoteEnd => EndOf(Remote, RemotePort);

    public static IpAddress AddressOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return IpAddress.FromBytes(bytes);
    }

    public static IPEndPoint EndOf(IpAddress address, ushort port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.CopyTo(bytes);
        return new IPEndPoint(address.IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes), port);
    }
}
