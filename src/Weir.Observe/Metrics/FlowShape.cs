using System.Runtime.CompilerServices;
using Weir.Model;

namespace Weir.Observe.Metrics;

/// <summary>All of a flow that decides in which series it is counted: flows of equal shape share their handles.</summary>
/// <remarks>Ends are compared as objects, since the observer keeps one for each address.</remarks>
internal readonly struct FlowShape : IEquatable<FlowShape>
{
    private readonly Endpoint _source, _destination;
    private readonly ulong _bits;
    private readonly uint _ports;
    private readonly DnsExchange? _dns;
    private readonly HttpExchange? _http;
    private readonly IpAddress _sourceAddress, _destinationAddress;

    /// <summary>Of a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="withPorts">Whether any series tells ports apart.</param>
    /// <param name="withAddresses">Whether any series or filter tells addresses apart.</param>
    public FlowShape(in Flow flow, bool withPorts, bool withAddresses)
    {
        _source = flow.Source;
        _destination = flow.Destination;
        _bits = (ulong)flow.Kind | ((ulong)flow.Verdict << 8) | ((ulong)flow.DropReason << 16) | ((ulong)flow.Point << 24)
            | ((ulong)flow.Protocol << 32) | ((ulong)flow.TcpFlags << 40) | ((ulong)flow.Match << 48) | ((ulong)flow.Direction << 56)
            | (flow.IsReply is { } reply ? reply ? 3ul << 58 : 2ul << 58 : 0) | (flow.SourceAddress.IsIPv4 ? 1ul << 60 : 0);
        if (flow.Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6) _ports = ((uint)flow.SourcePort << 16) | flow.DestinationPort;
        else if (withPorts && flow.IsReply != true) _ports = flow.DestinationPort; // a reply's is the client's, new each time
        _dns = flow.Dns;
        _http = flow.Http;
        if (withAddresses) (_sourceAddress, _destinationAddress) = (flow.SourceAddress, flow.DestinationAddress);
    }

    /// <inheritdoc/>
    public bool Equals(FlowShape other) =>
        _bits == other._bits && _ports == other._ports && ReferenceEquals(_source, other._source) && ReferenceEquals(_destination, other._destination)
        && _sourceAddress == other._sourceAddress && _destinationAddress == other._destinationAddress
        && IsSame(_dns, other._dns) && IsSame(_http, other._http);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlowShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = _bits * 0x9E37_79B9_7F4A_7C15;
        hash ^= (((ulong)RuntimeHelpers.GetHashCode(_source) << 32) | (uint)RuntimeHelpers.GetHashCode(_destination)) * 0xC2B2_AE3D_27D4_EB4F;
        hash ^= (_ports ^ _sourceAddress.Low ^ (_destinationAddress.Low << 1)) * 0x1656_67B1_9E37_79F9;
        if (_dns is not null) hash ^= ((ulong)_dns.Query.GetHashCode(StringComparison.Ordinal) << 16) + ((ulong)_dns.ResponseCode << 8) + (uint)_dns.Addresses.Count;
        if (_http is not null) hash ^= (((ulong)_http.Status << 32) + (uint)_http.Method.Length) * 0x27D4_EB2F_1656_67C5;
        return (int)(hash ^ (hash >> 32));
    }

    private static bool IsSame(DnsExchange? one, DnsExchange? other)
    {
        if (ReferenceEquals(one, other)) return true;
        return one is not null && other is not null && one.IsResponse == other.IsResponse && one.ResponseCode == other.ResponseCode
            && one.Addresses.Count == other.Addresses.Count && one.Query == other.Query
            && IsSame(one.QueryTypes, other.QueryTypes) && IsSame(one.RecordTypes, other.RecordTypes);
    }

    private static bool IsSame(HttpExchange? one, HttpExchange? other)
    {
        if (ReferenceEquals(one, other)) return true;
        return one is not null && other is not null && one.IsResponse == other.IsResponse && one.Status == other.Status
            && one.Method == other.Method && one.Protocol == other.Protocol;
    }

    private static bool IsSame(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        if (one.Count != other.Count) return false;
        for (var i = 0; i < one.Count; i++)
        {
            if (one[i] != other[i]) return false;
        }

        return true;
    }
}
