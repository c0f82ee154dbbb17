using System.Globalization;
using System.Buffers.Text;

namespace Weir.FlowLog.Node;

/// <summary>Times as protobuf's JSON has them (RFC 3339, UTC, with 0, 3, 6 or 9 digits of a second).</summary>
internal static class TimeText
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Writes a time.</summary>
    /// <param name="nanoseconds">Since 1970.</param>
    /// <param name="room">At least 30 bytes.</param>
    /// <returns>What was written, in <paramref name="room"/>.</returns>
    public static ReadOnlySpan<byte> Write(long nanoseconds, byte[] room)
    {
        var seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        var time = DateTime.UnixEpoch.AddSeconds(seconds);
        time.TryFormat(room, out var length, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        if (rest != 0)
        {
            var digits = rest % 1_000_000 == 0 ? 3 : rest % 1000 == 0 ? 6 : 9;
            var value = digits == 3 ? rest / 1_000_000 : digits == 6 ? rest / 1000 : rest;
            room[length++] = (byte)'.';
            Utf8Formatter.TryFormat(value, room.AsSpan(length), out _, new System.Buffers.StandardFormat('D', (byte)digits));
            length += digits;
        }

        room[length++] = (byte)'Z';
        return room.AsSpan(0, length);
    }
}
