using System.Buffers;

namespace Weir.Proxy.Wires;

/// <summary>The bytes that were read from a wire and not used yet. Large memory is held only while there are such bytes, or while they are awaited.</summary>
/// <param name="residentBytes">What is kept for good, so that an idle connection costs little and a small message nothing more.</param>
internal sealed class WireBuffer(int residentBytes) : IDisposable
{
    /// <summary>What is borrowed at a time, in bytes; the largest message that can be whole in here.</summary>
    public const int LargeBytes = 64 * 1024;

    private const int MediumBytes = 16 * 1024;

    private readonly byte[] _resident = new byte[residentBytes];
    private byte[]? _borrowed;
    private int _start;
    private int _end;

    /// <summary>What was read and not used.</summary>
    public ReadOnlySpan<byte> Unread => Bytes.AsSpan(_start, _end - _start);

    /// <summary>The same, to be written elsewhere.</summary>
    public ReadOnlyMemory<byte> UnreadMemory => Bytes.AsMemory(_start, _end - _start);

    private byte[] Bytes => _borrowed ?? _resident;

    /// <summary>Where to read the next bytes to; never empty unless <see cref="LargeBytes"/> wait unused.</summary>
    /// <param name="bulk">Whether much is expected.</param>
    public Memory<byte> Room(bool bulk = false)
    {
        if (_start == _end) _start = _end = 0;
        var wanted = bulk ? LargeBytes : _end < Bytes.Length ? 0 : _end < MediumBytes ? MediumBytes : LargeBytes;
        if (Bytes.Length < wanted) Move(ArrayPool<byte>.Shared.Rent(wanted));
        else if (_end == Bytes.Length && _start > 0) Move(Bytes);
        return Bytes.AsMemory(_end);
    }

    /// <summary>Bytes were read into the room.</summary>
    public void Add(int count) => _end += count;

    /// <summary>Bytes were used.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start < _end) return;
        _start = _end = 0;
        Return();
    }

    public void Dispose()
    {
        _start = _end = 0;
        Return();
    }

    private void Move(byte[] target)
    {
        var length = _end - _start;
        Buffer.BlockCopy(Bytes, _start, target, 0, length);
        (_start, _end) = (0, length);
        if (ReferenceEquals(target, Bytes)) return;
        Return();
        _borrowed = target;
    }

    private void Return()
    {
        if (_borrowed is null) return;
        ArrayPool<byte>.Shared.Return(_borrowed);
        _borrowed = null;
    }
}
