using CsCheck;
using Weir.Protocols.Ip;
using Xunit;

namespace Weir.Unit.Protocols;

public sealed class PacketTests
{
    private static readonly Gen<PacketSpec> Specs = Gen.Select(
        Gen.Select(Gen.Bool, Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong),
        Gen.Select(OneOf(1, 6, 17, 58, 132), Gen.UShort, Gen.UShort, Gen.Byte, Gen.UInt),
        Gen.Select(OneOf(0, 0, 0, 8, 1480), Gen.Bool, Gen.UInt),
        (network, transport, fragment) =>
        {
            var isIcmp = transport.Item1 is 1 or 58;
            return new PacketSpec
            {
                IsIPv4 = network.Item1,
                SourceHigh = network.Item1 ? 0 : network.Item2,
                SourceLow = network.Item1 ? Map(network.Item3) : network.Item3,
                DestinationHigh = network.Item1 ? 0 : network.Item4,
                DestinationLow = network.Item1 ? Map(network.Item5) : network.Item5,
                Protocol = (byte)(transport.Item1 == 58 && network.Item1 ? 1 : transport.Item1 == 1 && !network.Item1 ? 58 : transport.Item1),
                SourcePort = isIcmp ? (byte)transport.Item2 : transport.Item2,
                DestinationPort = isIcmp ? (byte)transport.Item3 : transport.Item3,
                TcpFlags = transport.Item4,
                Sequence = transport.Item5,
                FragmentOffset = (ushort)fragment.Item1,
                MoreFragments = fragment.Item2,
                FragmentId = network.Item1 ? (ushort)fragment.Item3 : fragment.Item3,
            };
        });

    [Fact]
    public void Reads_back_every_packet_that_can_be_written() =>
        Gen.Select(Specs, Gen.Byte.Array[0, 64]).Sample((spec, payload) =>
        {
            var frame = Write(spec, payload);
            Assert.Equal(PacketFault.None, PacketReader.ReadFrame(frame, out var header));
            Assert.Equal((spec.SourceHigh, spec.SourceLow, spec.DestinationHigh, spec.DestinationLow),
                (header.SourceHigh, header.SourceLow, header.DestinationHigh, header.DestinationLow));
            Assert.Equal((spec.Protocol, spec.FragmentOffset, spec.MoreFragments, frame.Length),
                (header.Protocol, header.FragmentOffset, header.MoreFragments, header.End));
            Assert.Equal(payload, frame[header.PayloadOffset..]);
            if (header.IsLaterFragment) return;
            if (spec.Protocol is TransportProtocol.Icmp or TransportProtocol.IcmpV6)
                Assert.Equal((spec.SourcePort, spec.DestinationPort), (header.IcmpType, header.IcmpCode));
            else
                Assert.Equal((spec.SourcePort, spec.DestinationPort), (header.SourcePort, header.DestinationPort));
            Assert.Equal(spec.Protocol == TransportProtocol.Tcp ? spec.TcpFlags : 0, header.TcpFlags);
        });

    [Fact]
    public void Writes_checksums_that_sum_to_all_ones() =>
        Gen.Select(Specs, Gen.Byte.Array[0, 64]).Sample((spec, payload) =>
        {
            var whole = spec with { FragmentOffset = 0, MoreFragments = false };
            var frame = Write(whole, payload);
            PacketReader.ReadFrame(frame, out var header);
            if (whole.IsIPv4) Assert.Equal(0xFFFF, InternetChecksum.Fold(InternetChecksum.Add(0, frame.AsSpan(14, 20))));
            if (whole.Protocol == TransportProtocol.Sctp) return;
            var transport = frame.AsSpan(header.TransportOffset);
            var pseudo = whole.Protocol == TransportProtocol.Icmp ? 0 : InternetChecksum.PseudoHeader(header, transport.Length);
            Assert.Equal(0xFFFF, InternetChecksum.Fold(InternetChecksum.Add(pseudo, transport)));
        });

    [Fact]
    public void Updating_a_checksum_equals_computing_it_again() =>
        Gen.Select(Gen.Byte.Array[40], Gen.Byte.Array[4]).Sample((bytes, fresh) =>
        {
            bytes[0] |= 1; // an all-zero packet is the one case where the two differ: 0 and ffff are the same number
            var before = InternetChecksum.Finish(InternetChecksum.Add(0, bytes));
            var updated = InternetChecksum.Update(before, bytes.AsSpan(12, 4), fresh);
            fresh.CopyTo(bytes, 12);
            return updated == InternetChecksum.Finish(InternetChecksum.Add(0, bytes));
        });

    [Fact]
    public void Never_throws_and_never_points_beyond_the_frame() =>
        Gen.Select(Specs, Gen.Byte.Array[0, 64], Gen.Select(Gen.Int[0, 90], Gen.Byte).Array[0, 4], Gen.Int[0, 140]).Sample(
            (spec, payload, scars, length) =>
            {
                var frame = Write(spec, payload);
                foreach (var (at, value) in scars)
                    if (at < frame.Length) frame[at] = value;
                if (length < frame.Length) frame = frame[..length];

                if (PacketReader.ReadFrame(frame, out var header) != PacketFault.None) return;
                Assert.InRange(header.End, header.TransportOffset, frame.Length);
                Assert.InRange(header.PayloadOffset, header.TransportOffset, header.End);
                if (PacketReader.ReadQuoted(frame, header, out var quoted) == PacketFault.None)
                    Assert.InRange(quoted.PayloadOffset, header.PayloadOffset, frame.Length);
            });

    [Fact]
    public void Reads_the_packet_that_an_error_quotes_though_it_is_cut_off()
    {
        var original = Write(new PacketSpec { SourceLow = Map(1), DestinationLow = Map(2), SourcePort = 4000, DestinationPort = 80 }, new byte[100]);
        var frame = Write(
            new PacketSpec { SourceLow = Map(3), DestinationLow = Map(1), Protocol = TransportProtocol.Icmp, SourcePort = 3, DestinationPort = 1 },
            original.AsSpan(14, 28));

        Assert.Equal(PacketFault.None, PacketReader.ReadFrame(frame, out var header));
        Assert.True(header.IsIcmpError);
        Assert.Equal(PacketFault.None, PacketReader.ReadQuoted(frame, header, out var quoted));
        Assert.Equal((Map(1), Map(2), 4000, 80), (quoted.SourceLow, quoted.DestinationLow, quoted.SourcePort, quoted.DestinationPort));
    }

    [Theory]
    [InlineData(12, 0x08, 0x06, PacketFault.NotIp)]
    [InlineData(14, 0x65, 0x00, PacketFault.WrongVersion)]
    [InlineData(14, 0x44, 0x00, PacketFault.BadHeaderLength)]
    [InlineData(16, 0x00, 0x13, PacketFault.BadTotalLength)]
    [InlineData(16, 0x40, 0x00, PacketFault.BadTotalLength)]
    [InlineData(16, 0x00, 0x20, PacketFault.BadTransport)]
    [InlineData(22, 0x40, 0x2F, PacketFault.UnknownTransport)]
    [InlineData(46, 0x40, 0x00, PacketFault.BadTransport)]
    [InlineData(46, 0xF0, 0x00, PacketFault.BadTransport)]
    public void Refuses(int at, int first, int second, PacketFault expected)
    {
        var frame = Write(new PacketSpec { SourceLow = Map(1), DestinationLow = Map(2) }, []);
        (frame[at], frame[at + 1]) = ((byte)first, (byte)second);

        Assert.Equal(expected, PacketReader.ReadFrame(frame, out _));
    }

    [Theory]
    [InlineData(1, PacketFault.None)]
    [InlineData(PacketReader.MaxExtensionHeaders, PacketFault.None)]
    [InlineData(PacketReader.MaxExtensionHeaders + 1, PacketFault.BadExtensionHeader)]
    public void Follows_a_bounded_number_of_extension_headers(int count, PacketFault expected)
    {
        var options = new byte[count * 8];
        for (var i = 0; i < count; i++) options[i * 8] = i == count - 1 ? TransportProtocol.Udp : (byte)60;
        byte[] udp = [0, 53, 0, 54, 0, 8, 0, 0];
        var frame = Write(new PacketSpec { IsIPv4 = false, Protocol = 60 }, [.. options, .. udp]);

        Assert.Equal(expected, PacketReader.ReadFrame(frame, out var header));
        if (expected == PacketFault.None) Assert.Equal((TransportProtocol.Udp, 53, 54), (header.Protocol, header.SourcePort, header.DestinationPort));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var frame = Write(new PacketSpec { SourceLow = Map(1), DestinationLow = Map(2) }, new byte[20]);
        PacketReader.ReadFrame(frame, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PacketReader.ReadFrame(frame, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Gen<int> OneOf(params int[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static ulong Map(ulong low) => 0x0000_FFFF_0000_0000UL | (low & 0xFFFF_FFFF);

    private static byte[] Write(in PacketSpec spec, ReadOnlySpan<byte> payload)
    {
        var buffer = new byte[PacketWriter.MaxHeaderLength + payload.Length];
        return buffer[..PacketWriter.WriteFrame(buffer, spec, payload)];
    }
}
