using System.Diagnostics;
using Weir.Protocols.Http;
using Weir.Protocols.Http2;

namespace Weir.Fuzz;

/// <summary>
/// What the HTTP proxy reads: heads, chunks, paths, HTTP/2 header blocks. The first byte chooses which. None may throw or hang, and a head that is
/// accepted must be accepted as it is written again, with a body of the same length.
/// </summary>
internal static class HttpTarget
{
    private static readonly HttpHead Head = new();
    private static readonly HttpHead Again = new();

    public static void Run(byte[] bytes)
    {
        if (bytes.Length == 0) return;
        var input = bytes.AsSpan(1);
        switch (bytes[0] % 5)
        {
            case 0:
                Request(input);
                break;
            case 1:
                Response(input);
                break;
            case 2:
                Chunks(input);
                break;
            case 3:
                Path(input);
                break;
            default:
                Block(input);
                break;
        }
    }

    private static void Request(ReadOnlySpan<byte> input)
    {
        if (HttpHeadReader.ReadRequest(input, Head) != HttpFault.None) return;
        var path = Head.IsConnect ? Head.Target.Of(input) : "/"u8;
        var written = new byte[Head.Length + path.Length + HttpHeadWriter.MaxGrowth];
        var length = HttpHeadWriter.WriteRequest(input, Head, path, Head.Upgrade.Length > 0, [], written);
        Same(HttpHeadReader.ReadRequest(written.AsSpan(0, length), Again), length);
    }

    private static void Response(ReadOnlySpan<byte> input)
    {
        if (HttpHeadReader.ReadResponse(input, Head) != HttpFault.None) return;
        var written = new byte[Head.Length + HttpHeadWriter.MaxGrowth];
        var length = HttpHeadWriter.WriteResponse(input, Head, keepsAlive: true, toVersion10: false, written);
        Same(HttpHeadReader.ReadResponse(written.AsSpan(0, length), Again), length);
    }

    private static void Same(HttpFault fault, int length)
    {
        if (fault != HttpFault.None || Again.Length != length || Again.Framing != Head.Framing || Again.ContentLength != Head.ContentLength)
            throw new UnreachableException($"A head that was accepted is {fault} when it is written again.");
    }

    private static void Chunks(ReadOnlySpan<byte> input)
    {
        var whole = default(ChunkedBody);
        var fault = whole.Take(input, out var taken);

        // Cut in two at any place it must end at the same place.
        var cut = default(ChunkedBody);
        var first = cut.Take(input[..(input.Length / 2)], out var begun);
        var rest = 0;
        var second = first == HttpFault.None && !cut.IsDone ? cut.Take(input[begun..], out rest) : first;
        if (fault == HttpFault.None && second == HttpFault.None && whole.IsDone && cut.IsDone && taken != begun + rest)
            throw new UnreachableException("A body ends elsewhere when it comes in two parts.");
    }

    private static void Path(ReadOnlySpan<byte> input)
    {
        Span<byte> once = new byte[input.Length + 1];
        Span<byte> path = new byte[input.Length + 1];
        path[0] = (byte)'/';
        input.CopyTo(path[1..]);
        if (HttpPath.Normalize(path, once, out var length) == PathForm.Refused) return;
        var twice = new byte[length];
        if (HttpPath.Normalize(once[..length], twice, out var again) != PathForm.Judged || !twice.AsSpan(0, again).SequenceEqual(once[..length]))
            throw new UnreachableException("The form of a form is another one.");
    }

    private static void Block(ReadOnlySpan<byte> input)
    {
        var decoder = new HpackDecoder();
        var fields = new HeaderList();
        if (!decoder.TryRead(input, fields)) return;
        MessageFields.CheckRequest(fields, out _);
        MessageFields.CheckResponse(fields, out _);
        MessageFields.CheckTrailers(fields);
        decoder.TryRead(input, fields);
    }
}
