using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Flows;

/// <summary>What a proxy saw, read in place from a <c>flow.Layer7</c>.</summary>
internal readonly ref struct L7View
{
    /// <summary>Reads it.</summary>
    public L7View(ReadOnlySpan<byte> layer)
    {
        var fields = new WireFields(layer);
        while (fields.TryNext(out var field, out var number, out var value))
        {
            switch (field)
            {
                case Msg.Layer7.TypeFieldNumber: IsResponse = number == (ulong)Msg.L7FlowType.Response; break;
                case Msg.Layer7.LatencyNsFieldNumber: LatencyNanoseconds = (long)number; break;
                case Msg.Layer7.DnsFieldNumber:
                    Dns = value;
                    Query = Wire.Text(value, Msg.DNS.QueryFieldNumber).TrimEnd((byte)'.');
                    Code = (int)Wire.Number(value, Msg.DNS.RcodeFieldNumber);
                    break;
                case Msg.Layer7.HttpFieldNumber:
                    Method = Wire.Text(value, Msg.HTTP.MethodFieldNumber);
                    Url = Wire.Text(value, Msg.HTTP.UrlFieldNumber);
                    Code = (int)Wire.Number(value, Msg.HTTP.CodeFieldNumber);
                    break;
            }
        }
    }

    /// <summary>The <c>flow.DNS</c> message; empty where it is none.</summary>
    public ReadOnlySpan<byte> Dns { get; }

    /// <summary>The name asked for, without the last dot.</summary>
    public ReadOnlySpan<byte> Query { get; }

    /// <summary>The HTTP method; empty where it is no HTTP.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The URL.</summary>
    public ReadOnlySpan<byte> Url { get; }

    /// <summary>The HTTP status or the DNS response code; 0 in requests and for DNS without an error.</summary>
    public int Code { get; }

    /// <summary>Whether it is the answer.</summary>
    public bool IsResponse { get; }

    /// <summary>From request to answer.</summary>
    public long LatencyNanoseconds { get; }

    /// <summary>Whether it is DNS.</summary>
    public bool IsDns => !Dns.IsEmpty;

    /// <summary>Whether it is HTTP.</summary>
    public bool IsHttp => !Method.IsEmpty || !Url.IsEmpty;

    /// <summary>The URL's path, without what follows it; <c>/</c> where it has none.</summary>
    public ReadOnlySpan<byte> Path
    {
        get
        {
            var rest = Url;
            if (rest.IndexOf("://"u8) is var scheme and >= 0) rest = rest[(scheme + 3)..];
            var slash = rest.IndexOf((byte)'/');
            if (slash < 0) return "/"u8;
            rest = rest[slash..];
            var end = rest.IndexOfAny((byte)'?', (byte)'#');
            return end < 0 ? rest : rest[..end];
        }
    }
}
