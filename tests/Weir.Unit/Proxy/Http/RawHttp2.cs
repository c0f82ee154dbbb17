using System.Text;
using Weir.Protocols.Http2;

namespace Weir.Unit.Proxy.Http;

/// <summary>HTTP/2 by hand, each character a byte.</summary>
internal static class RawHttp2
{
    /// <summary>The preface and empty settings.</summary>
    public static string Start { get; } = Encoding.Latin1.GetString(Weir.Protocols.Http2.Frame.Preface) + Frame(4, 0, 0, "");

    public static string Frame(int type, int flags, uint stream, string payload)
    {
        var head = new byte[Weir.Protocols.Http2.Frame.HeaderLength];
        new Frame(payload.Length, (FrameType)type, (byte)flags, stream).Write(head);
        return Encoding.Latin1.GetString(head) + payload;
    }

    /// <summary>A request without a body.</summary>
    public static string Headers(uint stream, params (string Name, string Value)[] fields) => Headers(stream, keeps: false, fields);

    /// <param name="stream">The stream.</param>
    /// <param name="keeps">Whether the fields go into the table.</param>
    /// <param name="fields">The fields.</param>
    public static string Headers(uint stream, bool keeps, params (string Name, string Value)[] fields)
    {
        var block = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            var coded = new byte[name.Length + value.Length + 16];
            var length = HpackWriter.Write(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value), coded);
            if (keeps) coded[0] = 0x40;
            block.Append(Encoding.Latin1.GetString(coded, 0, length));
        }

        return Frame(1, 5, stream, block.ToString());
    }
}
