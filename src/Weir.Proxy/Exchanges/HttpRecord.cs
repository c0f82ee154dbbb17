using System.Buffers.Binary;
using System.Text;
using Weir.Model;

namespace Weir.Proxy.Exchanges;

/// <summary>An HTTP request or response on its way to the agent. Nothing is allocated to write one.</summary>
/// <remarks>
/// Little-endian: status (2), latency in units of 100 ns (8), number of texts (2), then each text as its length in bytes (2) and UTF-8: method, URL,
/// protocol, trace id (empty where there is none), and the recorded headers, name and value in turn.
/// </remarks>
internal static class HttpRecord
{
    private const int FixedLength = 12, FixedTexts = 4;

    /// <summary>Bytes that a record takes.</summary>
    public static int LengthOf(HttpExchange request)
    {
        var length = FixedLength + LengthOf(request.Method) + LengthOf(request.Url) + LengthOf(request.Protocol) + LengthOf(request.TraceId);
        for (var i = 0; i < request.Headers.Count; i++) length += LengthOf(request.Headers[i].Key) + LengthOf(request.Headers[i].Value);
        return length;
    }

    /// <summary>Writes a record.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What was answered; null in the request's own record.</param>
    /// <param name="bytes">Room for <see cref="LengthOf(HttpExchange)"/> bytes, each text at most 65,535.</param>
    public static void Write(HttpExchange request, HttpAnswer? answer, Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, answer?.Status ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[2..], answer?.Latency.Ticks ?? 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[10..], (ushort)(FixedTexts + (2 * request.Headers.Count)));
        var rest = bytes[FixedLength..];
        Write(request.Method, ref rest);
        Write(request.Url, ref rest);
        Write(request.Protocol, ref rest);
        Write(request.TraceId, ref rest);
        for (var i = 0; i < request.Headers.Count; i++)
        {
            Write(request.Headers[i].Key, ref rest);
            Write(request.Headers[i].Value, ref rest);
        }
    }

    /// <summary>Reads a record; null for one that cannot be understood.</summary>
    public static HttpExchange? Read(ReadOnlySpan<byte> bytes, bool isResponse)
    {
        if (bytes.Length < FixedLength) return null;
        var rest = bytes[FixedLength..];
        var texts = new string[BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..])];
        if (texts.Length < FixedTexts) return null;
        for (var i = 0; i < texts.Length; i++)
        {
            if (rest.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(rest) is var length && rest.Length < 2 + length) return null;
            texts[i] = Encoding.UTF8.GetString(rest.Slice(2, length));
            rest = rest[(2 + length)..];
        }

        var headers = new KeyValuePair<string, string>[(texts.Length - FixedTexts) / 2];
        for (var i = 0; i < headers.Length; i++) headers[i] = new(texts[FixedTexts + (2 * i)], texts[FixedTexts + (2 * i) + 1]);
        return new HttpExchange
        {
            IsResponse = isResponse,
            Method = texts[0],
            Url = texts[1],
            Protocol = texts[2],
            TraceId = texts[3].Length > 0 ? texts[3] : null,
            Status = BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            Latency = new TimeSpan(BinaryPrimitives.ReadInt64LittleEndian(bytes[2..])),
            Headers = headers,
        };
    }

    private static int LengthOf(string? text) => 2 + Encoding.UTF8.GetByteCount(text ?? "");

    private static void Write(string? text, ref Span<byte> rest)
    {
        var length = Encoding.UTF8.GetBytes(text ?? "", rest[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)length);
        rest = rest[(2 + length)..];
    }
}
