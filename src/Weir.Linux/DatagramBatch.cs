using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>An address and port without an object: 16 bytes, IPv4 as ::ffff:a.b.c.d, as two big-endian numbers.</summary>
/// <param name="High">The first 8 bytes.</param>
/// <param name="Low">The last 8 bytes.</param>
/// <param name="Port">The port, in host order.</param>
public readonly record struct DatagramEnd(ulong High, ulong Low, ushort Port);

/// <summary>Receives and sends many datagrams in one system call each. Its memory is fixed; used by one thread.</summary>
public sealed unsafe class DatagramBatch : IDisposable
{
    /// <summary>The most datagrams at once.</summary>
    public const int Most = 64;

    private const int NameSize = 28, ControlSize = 128, BufferSize = 65_536;
    private const int ReplySize = 512;
    private const ulong MappedPrefix = 0x0000_ffff_0000_0000;

    private readonly byte* _memory;
    private readonly LibC.BatchedMessage* _received, _toSend;
    private readonly LibC.IoVector* _receiveVectors, _sendVectors;
    private readonly byte* _names, _sendNames, _controls, _buffers, _replies;
    private readonly int[] _lengths = new int[Most];
    private Socket? _target;
    private int _queued;

    /// <summary>Takes its memory, some 4 MiB of which what is never used costs nothing.</summary>
    public DatagramBatch()
    {
        nuint size = Most * (nuint)((2 * sizeof(LibC.BatchedMessage)) + (2 * sizeof(LibC.IoVector)) + (2 * 32) + ControlSize + BufferSize + ReplySize);
        _memory = (byte*)NativeMemory.AllocZeroed(size);
        var at = _memory;
        _received = (LibC.BatchedMessage*)at;
        at += Most * sizeof(LibC.BatchedMessage);
        _toSend = (LibC.BatchedMessage*)at;
        at += Most * sizeof(LibC.BatchedMessage);
        _receiveVectors = (LibC.IoVector*)at;
        at += Most * sizeof(LibC.IoVector);
        _sendVectors = (LibC.IoVector*)at;
        at += Most * sizeof(LibC.IoVector);
        _names = at;
        at += Most * 32;
        _sendNames = at;
        at += Most * 32;
        _controls = at;
        at += Most * ControlSize;
        _replies = at;
        at += Most * ReplySize;
        _buffers = at;
    }

    /// <summary>Receives what is there, without waiting.</summary>
    /// <param name="socket">The socket.</param>
    /// <returns>How many datagrams; 0 also where the socket has an error to tell (ICMP), which is taken off it.</returns>
    public int Receive(Socket socket)
    {
        for (var i = 0; i < Most; i++)
        {
            _receiveVectors[i] = new LibC.IoVector { Base = _buffers + (i * (nint)BufferSize), Length = BufferSize };
            _received[i].Header = new LibC.MessageHeader
            {
                Name = _names + (i * 32),
                NameLength = NameSize,
                Vectors = _receiveVectors + i,
                VectorCount = 1,
                Control = _controls + (i * ControlSize),
                ControlLength = ControlSize,
            };
        }

        var count = LibC.recvmmsg((int)socket.Handle, _received, Most, LibC.MSG_DONTWAIT, null);
        for (var i = 0; i < count; i++) _lengths[i] = (int)_received[i].Length;
        return Math.Max(count, 0);
    }

    /// <summary>The bytes of a received datagram; they may be changed and sent until the next <see cref="Receive"/>.</summary>
    public Span<byte> Datagram(int index) => new(_buffers + (index * (nint)BufferSize), _lengths[index]);

    /// <summary>Room for an answer of one's own to a received datagram: 512 bytes, until the next <see cref="Receive"/>.</summary>
    public Span<byte> Reply(int index) => new(_replies + (index * (nint)ReplySize), ReplySize);

    /// <summary>Who sent a received datagram.</summary>
    public bool Source(int index, out DatagramEnd end) => TryRead(new ReadOnlySpan<byte>(_names + (index * 32), NameSize), out end);

    /// <summary>Where a received datagram was sent to, if the socket tells (<see cref="TransparentSocket.SetReceiveOriginalDestination"/>).</summary>
    public bool Destination(int index, out DatagramEnd end)
    {
        const int SolIp = 0, SolIpv6 = 41, IpOriginal = 20, Ipv6Original = 74;
        end = default;
        var control = new ReadOnlySpan<byte>(_controls + (index * ControlSize), (int)_received[index].Header.ControlLength);
        while (control.Length >= 16)
        {
            var length = (int)MemoryMarshal.Read<ulong>(control);
            if (length < 16 || length > control.Length) return false;
            var (level, type) = (MemoryMarshal.Read<int>(control[8..]), MemoryMarshal.Read<int>(control[12..]));
            if ((level, type) is (SolIp, IpOriginal) or (SolIpv6, Ipv6Original)) return TryRead(control[16..length], out end);
            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return false;
    }

    /// <summary>Queues a datagram for sending; <see cref="Flush"/> sends it, at the latest. A full queue, or another socket, sends what is queued.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="datagram">In this batch's own memory, of <see cref="Datagram"/> or <see cref="Reply"/>.</param>
    /// <param name="to">Where to; null for a connected socket.</param>
    public void Send(Socket socket, Span<byte> datagram, DatagramEnd? to)
    {
        if (_queued == Most || !ReferenceEquals(socket, _target)) Flush();
        _target = socket;
        _sendVectors[_queued] = new LibC.IoVector { Base = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(datagram)), Length = (nuint)datagram.Length };
        var name = _sendNames + (_queued * 32);
        _toSend[_queued].Header = new LibC.MessageHeader
        {
            Name = to is null ? null : name,
            NameLength = to is { } end ? Write(end, new Span<byte>(name, 32)) : 0,
            Vectors = _sendVectors + _queued,
            VectorCount = 1,
        };
        _queued++;
    }

    /// <summary>Sends what is queued.</summary>
    /// <returns>How many found no room, or no way, and were dropped as a network drops them.</returns>
    public int Flush()
    {
        var dropped = 0;
        for (var sent = 0; sent < _queued;)
        {
            var now = LibC.sendmmsg((int)_target!.Handle, _toSend + sent, (uint)(_queued - sent), LibC.MSG_DONTWAIT);
            if (now <= 0)
            {
                // The first one failed: an error that an earlier one caused (ICMP), or no room. The others are tried.
                dropped++;
                now = 1;
            }

            sent += now;
        }

        (_queued, _target) = (0, null);
        return dropped;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_memory);

    private static bool TryRead(ReadOnlySpan<byte> address, out DatagramEnd end)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        switch (MemoryMarshal.Read<ushort>(address))
        {
            case LibC.AF_INET:
                end = new DatagramEnd(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(address[4..]), port);
                return true;
            case LibC.AF_INET6 when address.Length >= 24:
                end = new DatagramEnd(BinaryPrimitives.ReadUInt64BigEndian(address[8..]), BinaryPrimitives.ReadUInt64BigEndian(address[16..]), port);
                return true;
            default:
                end = default;
                return false;
        }
    }

    private static uint Write(DatagramEnd end, Span<byte> address)
    {
        address.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], end.Port);
        if (end.High == 0 && (end.Low & 0xffff_ffff_0000_0000) == MappedPrefix)
        {
            MemoryMarshal.Write(address, (ushort)LibC.AF_INET);
            BinaryPrimitives.WriteUInt32BigEndian(address[4..], (uint)end.Low);
            return 16;
        }

        MemoryMarshal.Write(address, (ushort)LibC.AF_INET6);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], end.High);
        BinaryPrimitives.WriteUInt64BigEndian(address[16..], end.Low);
        return NameSize;
    }
}
