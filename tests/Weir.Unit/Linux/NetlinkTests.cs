using System.Buffers.Binary;
using System.Net;
using CsCheck;
using Weir.Linux;
using Weir.Linux.Netlink;
using Xunit;

namespace Weir.Unit.Linux;

public sealed class NetlinkTests
{
    [Fact]
    public void A_request_is_laid_out_as_the_kernel_reads_it()
    {
        var buffer = new byte[256];
        var writer = new NetlinkWriter(buffer, type: 16, flags: 5, sequence: 7);
        writer.Struct(new LinkHeader { Index = 3 });
        writer.Attribute(3, "eth0");
        var outer = writer.Begin(18);
        writer.Attribute(1, "veth"u8);
        writer.End(outer);
        var message = writer.Finish();

        // Header 16, ifinfomsg 16, name 4 + 5 padded to 12, nest 4, kind 4 + 4.
        Assert.Equal(56, message.Length);
        Assert.Equal(56u, BinaryPrimitives.ReadUInt32LittleEndian(message));
        Assert.Equal(16, BinaryPrimitives.ReadUInt16LittleEndian(message[4..]));
        Assert.Equal(9, BinaryPrimitives.ReadUInt16LittleEndian(message[32..]));
        Assert.Equal("eth0\0"u8.ToArray(), message.Slice(36, 5).ToArray());
        Assert.Equal(12, BinaryPrimitives.ReadUInt16LittleEndian(message[44..]));
    }

    [Fact]
    public void Attributes_are_read_back_as_they_were_written() => Gen.Byte.Array[0, 40].Array[0, 8].Sample(values =>
    {
        var buffer = new byte[1024];
        var writer = new NetlinkWriter(buffer, 1, 0, 0);
        for (var i = 0; i < values.Length; i++) writer.Attribute((ushort)(i + 1), values[i]);
        var attributes = new NetlinkAttributes(writer.Finish()[16..]);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(attributes.Next());
            Assert.Equal(i + 1, attributes.Type);
            Assert.Equal(values[i], attributes.Value.ToArray());
        }

        Assert.False(attributes.Next());
    });

    [Fact]
    public void No_bytes_make_the_readers_throw_or_run_for_ever() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var attributes = new NetlinkAttributes(bytes);
        var count = 0;
        while (attributes.Next()) count++;
        Assert.InRange(count, 0, 50);
        _ = TransparentSocket.OriginalDestination(bytes);
    });

    [Fact]
    public void The_original_destination_is_found_among_other_control_data()
    {
        var control = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(control, 20); // an unrelated message of 4 bytes, padded to 24
        BinaryPrimitives.WriteInt32LittleEndian(control.AsSpan(12), 2);
        BinaryPrimitives.WriteUInt64LittleEndian(control.AsSpan(24), 32);
        BinaryPrimitives.WriteInt32LittleEndian(control.AsSpan(36), 20);
        byte[] address = [2, 0, 0, 53, 10, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        address.CopyTo(control, 40);

        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.10"), 53), TransparentSocket.OriginalDestination(control));
        Assert.Null(TransparentSocket.OriginalDestination(control.AsSpan(0, 24)));
    }

    [Fact]
    public void This_process_is_alive_and_one_with_another_start_is_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var start = ProcessLife.StartedAt(Environment.ProcessId);

        Assert.True(ProcessLife.IsAlive(Environment.ProcessId, start));
        Assert.False(ProcessLife.IsAlive(Environment.ProcessId, start + 1));
        Assert.Equal(0, ProcessLife.StartedAt(int.MaxValue));
    }
}
