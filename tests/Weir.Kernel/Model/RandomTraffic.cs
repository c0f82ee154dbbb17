using Weir.Datapath;
using Weir.Datapath.Model;
using Weir.Model;
using Weir.Protocols.Ip;

namespace Weir.Kernel.Model;

/// <summary>A frame at a hook.</summary>
internal sealed record Sighting(ModelHook Hook, uint Endpoint, byte[] Frame, uint Mark);

/// <summary>
/// Makes random packets that hit the tables: few addresses and ports, answers to what was sent before, later packets of it,
/// fragments, ICMP errors about it, and now and then bytes that are wrong.
/// </summary>
internal sealed class RandomTraffic(Random random, IReadOnlyList<EndpointSpec> pods, RandomTables tables)
{
    private const int Remembered = 200;

    private readonly List<byte[]> _sent = [];
    private readonly byte[] _buffer = new byte[2048];

    /// <summary>Remembers a frame as it came out of a hook, for answers to it.</summary>
    public void Remember(byte[] frame)
    {
        if (_sent.Count < Remembered) _sent.Add(frame);
        else _sent[random.Next(Remembered)] = frame;
    }

    public Sighting Next()
    {
        var frame = random.Next(10) switch
        {
            0 or 1 or 2 => Fresh(),
            3 or 4 or 5 => Answer(),
            6 => Error(),
            _ => Again(),
        };
        if (random.Next(10) == 0 && frame.Length >= 54 && frame[12] == 0x86) frame = Extend(frame);
        if (random.Next(25) == 0) frame = Spoil(frame);
        if (random.Next(100) == 0 && frame is [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x00, 0x45, ..]) frame = EndEarly(frame);
        return See(frame);
    }

    private byte[] Fresh()
    {
        var isIPv4 = random.Next(3) != 0;
        var protocol = (byte)tables.Pick(RandomTables.Protocols);
        if (protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6) protocol = isIPv4 ? TransportProtocol.Icmp : TransportProtocol.IcmpV6;
        var source = Address(isIPv4, isSource: true);
        var destination = Address(isIPv4, isSource: false);
        var isIcmp = protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6;
        var fragment = random.Next(12);
        var spec = new PacketSpec
        {
            IsIPv4 = isIPv4,
            SourceHigh = source.High,
            SourceLow = source.Low,
            DestinationHigh = destination.High,
            DestinationLow = destination.Low,
            SourceMac = 0x020000000001,
            DestinationMac = 0x020000000002,
            Protocol = protocol,
            SourcePort = isIcmp ? tables.Pick<ushort>(isIPv4 ? [8, 8, 0, 13, 14, 17, 3, 5] : [128, 128, 129, 1, 135, 143]) : (ushort)(40_000 + random.Next(4)),
            DestinationPort = isIcmp ? (ushort)0 : tables.Pick(RandomTables.Ports),
            TcpFlags = random.Next(3) == 0 ? Flags() : (byte)0x02,
            Sequence = (uint)random.Next(3) << 16,
            HopLimit = random.Next(20) == 0 ? (byte)255 : random.Next(20) == 0 ? (byte)1 : (byte)64,
            FragmentId = (uint)random.Next(3),
            MoreFragments = fragment is 0 or 1,
            FragmentOffset = (ushort)(fragment is 1 or 2 ? 1480 : 0),
        };
        if (!isIcmp && random.Next(3) == 0 && tables.InForce.Where(service => service.Frontend.IsIPv4 == isIPv4).ToList() is { Count: > 0 } services)
        {
            var service = tables.Pick(services);
            spec = spec with
            {
                DestinationHigh = service.Frontend.High,
                DestinationLow = service.Frontend.Low,
                DestinationPort = service.Port,
                Protocol = (byte)service.Protocol,
            };
        }

        return Write(spec, random.Next(40));
    }

    /// <summary>The other direction of a frame that was sent, as its receiver would answer.</summary>
    private byte[] Answer()
    {
        if (!TryRemembered(out var frame, out var header)) return Fresh();
        var type = header.IcmpType switch { 8 => 0, 13 => 14, 17 => 18, 128 => 129, var other => other };
        return Write(
            SpecOf(header, isAnswer: true) with
            {
                SourcePort = IsIcmp(header) ? (ushort)type : header.DestinationPort,
                DestinationPort = IsIcmp(header) ? header.IcmpCode : header.SourcePort,
                TcpFlags = random.Next(3) == 0 ? Flags() : (byte)0x12,
            },
            random.Next(40));
    }

    /// <summary>A later packet of what was sent.</summary>
    private byte[] Again()
    {
        if (!TryRemembered(out _, out var header)) return Fresh();
        return Write(
            SpecOf(header, isAnswer: false) with
            {
                SourcePort = IsIcmp(header) ? header.IcmpType : header.SourcePort,
                DestinationPort = IsIcmp(header) ? header.IcmpCode : header.DestinationPort,
                TcpFlags = Flags(),
            },
            random.Next(40));
    }

    /// <summary>An ICMP error about what was sent, from its receiver or someone else.</summary>
    private byte[] Error()
    {
        if (!TryRemembered(out var frame, out var header)) return Fresh();
        var quoted = frame.AsSpan(14, Math.Min(frame.Length - 14, 28 + random.Next(60)));
        var spec = SpecOf(header, isAnswer: random.Next(8) != 0) with
        {
            Protocol = header.IsIPv4 ? TransportProtocol.Icmp : TransportProtocol.IcmpV6,
            SourcePort = header.IsIPv4 ? tables.Pick<ushort>([3, 11, 4]) : tables.Pick<ushort>([1, 2, 3]),
            DestinationPort = 0,
            MoreFragments = false,
            FragmentOffset = 0,
        };
        if (random.Next(4) == 0)
        {
            var router = Address(header.IsIPv4, isSource: true);
            spec = spec with { SourceHigh = router.High, SourceLow = router.Low };
        }

        return _buffer[..PacketWriter.WriteFrame(_buffer, spec, quoted)];
    }

    /// <summary>Puts extension headers, at times too many or too long ones, between an IPv6 header and what follows it.</summary>
    private byte[] Extend(byte[] frame)
    {
        var headers = new List<byte>();
        var kinds = Enumerable.Range(0, random.Next(1, 8)).Select(_ => tables.Pick<byte>([0, 43, 51, 60, 60])).ToList();
        for (var i = 0; i < kinds.Count; i++)
        {
            var units = random.Next(3);
            var length = kinds[i] == 51 ? (units + 2) * 4 : (units + 1) * 8;
            headers.Add(i + 1 < kinds.Count ? kinds[i + 1] : frame[20]);
            headers.Add((byte)(random.Next(30) == 0 ? 200 : units));
            headers.AddRange(new byte[length - 2]);
        }

        byte[] extended = [.. frame[..54], .. headers, .. frame[54..]];
        extended[20] = kinds[0];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(extended.AsSpan(18), (ushort)(extended.Length - 54));
        return extended;
    }

    /// <summary>An IPv4 packet that says it ends inside its transport header.</summary>
    private byte[] EndEarly(byte[] frame)
    {
        byte[] ended = [.. frame];
        (ended[16], ended[17]) = (0, (byte)(20 + random.Next(8)));
        return ended;
    }

    private byte[] Spoil(byte[] frame)
    {
        frame = [.. frame];
        var dataOffset = frame[12] == 0x86 ? 66 : 46; // of TCP, where no option or extension header is before it
        if (random.Next(4) == 0 && frame.Length > dataOffset) frame[dataOffset] = (byte)(random.Next(16) << 4);
        for (var i = random.Next(1, 4); i > 0; i--) frame[12 + random.Next(Math.Min(frame.Length - 12, 60))] = (byte)random.Next(256);

        // A test run refuses frames shorter than their IP header.
        return random.Next(2) == 0 || frame.Length < 54 ? frame : frame[..random.Next(54, frame.Length + 1)];
    }

    /// <summary>Puts a frame where it would be seen, mostly.</summary>
    private Sighting See(byte[] frame)
    {
        PacketReader.ReadFrame(frame, out var header);
        var source = pods.FirstOrDefault(pod => Is(pod, header.SourceHigh, header.SourceLow));
        var destination = pods.FirstOrDefault(pod => Is(pod, header.DestinationHigh, header.DestinationLow));
        var anyPod = pods[random.Next(pods.Count)].Id;
        return random.Next(20) switch
        {
            0 => new Sighting(ModelHook.FromPod, anyPod, frame, random.Next(3) == 0 ? ModelMark.Bounced : 0),
            1 => new Sighting(ModelHook.FromPod, 0, frame, 0),
            2 or 3 => new Sighting(ModelHook.ToPod, destination?.Id ?? anyPod, frame, tables.Pick<uint>([0, 0, ModelMark.ToPod, ModelMark.Out, ModelMark.Upstream, ModelMark.Upstream])),
            4 or 5 => new Sighting(ModelHook.ToUplink, 0, frame, tables.Pick<uint>([0, 0, ModelMark.Out, ModelMark.ToPod, ModelMark.Upstream, ModelMark.Upstream])),
            6 => new Sighting(ModelHook.FromUplink, 0, frame, 0x7001),
            _ => source is null ? new Sighting(ModelHook.FromUplink, 0, frame, 0) : new Sighting(ModelHook.FromPod, source.Id, frame, 0),
        };
    }

    private PacketSpec SpecOf(in PacketHeader header, bool isAnswer) => new()
    {
        IsIPv4 = header.IsIPv4,
        SourceHigh = isAnswer ? header.DestinationHigh : header.SourceHigh,
        SourceLow = isAnswer ? header.DestinationLow : header.SourceLow,
        DestinationHigh = isAnswer ? header.SourceHigh : header.DestinationHigh,
        DestinationLow = isAnswer ? header.SourceLow : header.DestinationLow,
        SourceMac = 0x020000000003,
        DestinationMac = 0x020000000004,
        Protocol = header.Protocol,
        Sequence = (uint)header.IcmpIdentifier << 16,
        FragmentId = header.FragmentId,
        MoreFragments = random.Next(10) == 0,
        FragmentOffset = (ushort)(random.Next(10) == 0 ? 1480 : 0),
    };

    private IpAddress Address(bool isIPv4, bool isSource)
    {
        var pod = pods[random.Next(pods.Count)];
        var own = isIPv4 ? pod.IPv4 : pod.IPv6;
        return random.Next(isSource ? 5 : 8) switch
        {
            0 => Of(RandomTables.Others, isIPv4),
            1 => Of(RandomTables.Remote, isIPv4),
            >= 5 => Of(RandomTables.Frontends, isIPv4),
            _ => own,
        };
    }

    private IpAddress Of(IReadOnlyList<IpAddress> addresses, bool isIPv4) => tables.Pick([.. addresses.Where(address => address.IsIPv4 == isIPv4)]);

    private bool TryRemembered(out byte[] frame, out PacketHeader header)
    {
        header = default;
        frame = _sent.Count == 0 ? [] : _sent[random.Next(_sent.Count)];
        return frame.Length > 0 && PacketReader.ReadFrame(frame, out header) == PacketFault.None && !header.IsLaterFragment;
    }

    private byte Flags() => tables.Pick<byte>([0x02, 0x10, 0x10, 0x10, 0x18, 0x11, 0x11, 0x04, 0x14, 0x12]);

    private byte[] Write(in PacketSpec spec, int payload)
    {
        // A later fragment and a first one with data: lengths in units of 8, as real fragments have.
        var data = new byte[spec.MoreFragments ? (payload | 7) + 1 : payload];
        return _buffer[..PacketWriter.WriteFrame(_buffer, spec, data)];
    }

    private static bool IsIcmp(in PacketHeader header) => header.Protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6;

    private static bool Is(EndpointSpec pod, ulong high, ulong low) => new IpAddress(high, low) is var address && (address == pod.IPv4 || address == pod.IPv6);
}
