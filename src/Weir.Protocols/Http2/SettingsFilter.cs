using System.Buffers.Binary;

namespace Weir.Protocols.Http2;

/// <summary>Passes the settings of one side on to the other, but for those that are the proxy's own business.</summary>
public static class SettingsFilter
{
    /// <summary>The bytes that <see cref="Write"/> may need beyond those that it reads.</summary>
    public const int MaxGrowth = Item;

    private const int Item = 6;
    private const ushort EnablePush = 2, MaxStreams = 3, InitialWindow = 4, MaxFieldSize = 6, EnableConnect = 8;

    /// <summary>Writes the payload to pass on. The table of header fields keeps its first size and frames theirs: both end at the proxy.</summary>
    /// <param name="settings">What one side said.</param>
    /// <param name="toServer">Whether it goes to the server, which is told not to push; else to the client, which is told the most streams.</param>
    /// <param name="maxStreams">The most streams.</param>
    /// <param name="destination">As long as <paramref name="settings"/>, and <see cref="MaxGrowth"/> more.</param>
    /// <param name="initialWindow">Receives the size that a stream's window starts with, where it is said.</param>
    /// <returns>The bytes written; -1 where the settings are malformed.</returns>
    public static int Write(ReadOnlySpan<byte> settings, bool toServer, int maxStreams, Span<byte> destination, ref uint initialWindow)
    {
        if (settings.Length % Item != 0) return -1;
        var at = 0;
        var streams = (uint)maxStreams;
        for (; !settings.IsEmpty; settings = settings[Item..])
        {
            var name = BinaryPrimitives.ReadUInt16BigEndian(settings);
            var value = BinaryPrimitives.ReadUInt32BigEndian(settings[2..]);
            switch (name)
            {
                case MaxStreams:
                    streams = Math.Min(streams, value);
                    break;
                case InitialWindow:
                    if (value > int.MaxValue) return -1;
                    initialWindow = value;
                    at = Put(destination, at, name, value);
                    break;
                case MaxFieldSize:
                case EnableConnect when !toServer:
                    at = Put(destination, at, name, value);
                    break;
            }
        }

        return toServer ? Put(destination, at, EnablePush, 0) : Put(destination, at, MaxStreams, streams);
    }

    private static int Put(Span<byte> destination, int at, ushort name, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], name);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 2)..], value);
        return at + Item;
    }
}
