using System.Net;
using System.Net.Sockets;

namespace Weir.Workloads.Resolve;

/// <summary>What a name stands for.</summary>
/// <param name="Fault">Why there is no address.</param>
/// <param name="Addresses">In the server's order, IPv4 first.</param>
public sealed record Resolution(ResolveFault Fault, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>The fault as musl words it.</summary>
    public string FaultText => Fault switch
    {
        ResolveFault.None => "No error",
        ResolveFault.TryAgain => "Try again",
        ResolveFault.NonRecoverable => "Non-recoverable error",
        _ => "Name does not resolve",
    };

    internal static Resolution Failed(ResolveFault fault) => new(fault, []);

    internal static Resolution Of(IEnumerable<IPAddress> addresses) =>
        new(ResolveFault.None, [.. addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)]);
}
