using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using static Weir.FlowLog.Query.Functions.NativeFunction;

namespace Weir.FlowLog.Query.Functions;

/// <summary>Base64, compression, hashes, punycode. What cannot be decoded gives ''.</summary>
internal static class EncodingFunctions
{
    private const int MostInflated = 16 << 20;
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);
    private static readonly System.Globalization.IdnMapping _idn = new() { AllowUnassigned = true };

    public static IEnumerable<NativeFunction> All =>
    [
        Text("k_base64_encode_tostring", r => Convert.ToBase64String(Encoding.UTF8.GetBytes(r.Text(0)))),
        Text("k_base64_decode_tostring", r => Base64(r.Text(0)) is { } bytes ? Utf8(bytes) : ""),
        Text("k_base64_decode_toarray", r => Base64(r.Text(0)) is { } bytes ? JsonValues.Write(new JsonArray([.. bytes.Select(b => (JsonNode)b)])) : null),
        Text("k_base64_encode_fromarray", r => JsonValues.Array(r.Json(0)) is { } a && a.All(n => JsonValues.Whole(n) is >= 0 and < 256) ? Convert.ToBase64String([.. a.Select(n => (byte)JsonValues.Whole(n)!.Value)]) : ""),
        Text("k_base64_decode_toguid", r => Base64(r.Text(0)) is { Length: 16 } bytes ? new Guid(bytes).ToString() : null),
        Text("k_base64_encode_fromguid", r => Guid.TryParse(r.Text(0), out var guid) ? Convert.ToBase64String(guid.ToByteArray()) : ""),
        Text("k_gzip_decompress_from_base64_string", r => Inflate(r.Text(0), s => new GZipStream(s, CompressionMode.Decompress))),
        Text("k_zlib_decompress_from_base64_string", r => Inflate(r.Text(0), s => new ZLibStream(s, CompressionMode.Decompress))),
        Text("k_gzip_compress_to_base64_string", r => Deflate(r.Text(0), s => new GZipStream(s, CompressionLevel.Optimal, leaveOpen: true))),
        Text("k_zlib_compress_to_base64_string", r => Deflate(r.Text(0), s => new ZLibStream(s, CompressionLevel.Optimal, leaveOpen: true))),
        Long("k_hash", r => r.Count > 1 && r.Long(1) is { } modulus and > 0 ? Hash(r) % modulus is var m && m < 0 ? m + modulus : m : Hash(r)),
        Long("k_hash_many", r => Combine(Enumerable.Range(0, r.Count).Select(i => unchecked((long)XxHash64.Of(Bytes(r, i)))))),
        Long("k_hash_combine", r => Combine(Enumerable.Range(0, r.Count).Select(i => r.Long(i, 0)))),
        Text("k_hash_sha256", r => Convert.ToHexStringLower(SHA256.HashData(TextBytes(r)))),
#pragma warning disable CA5350, CA5351 // The query names the algorithm; nothing here is protected by it.
        Text("k_hash_sha1", r => Convert.ToHexStringLower(SHA1.HashData(TextBytes(r)))),
        Text("k_hash_md5", r => Convert.ToHexStringLower(MD5.HashData(TextBytes(r)))),
#pragma warning restore CA5350, CA5351
        Text("k_punycode_from_string", r => Idn(() => _idn.GetAscii(r.Text(0)) is var a && a.StartsWith("xn--", StringComparison.Ordinal) ? a[4..] : a + "-")),
        Text("k_punycode_to_string", r => Idn(() => _idn.GetUnicode(r.Text(0).EndsWith('-') ? r.Text(0)[..^1] : "xn--" + r.Text(0)))),
        Text("k_punycode_domain_from_string", r => Idn(() => _idn.GetAscii(r.Text(0)))),
        Text("k_punycode_domain_to_string", r => Idn(() => _idn.GetUnicode(r.Text(0)))),
    ];

    private static long Hash(FunctionRow row) => unchecked((long)XxHash64.Of(Bytes(row, 0)));

    private static long Combine(IEnumerable<long> hashes) => hashes.Aggregate((seed, h) => unchecked((long)((ulong)seed ^ ((ulong)h + 0x9e3779b97f4a7c15UL + ((ulong)seed << 6) + ((ulong)seed >> 2)))));

    private static byte[] Bytes(FunctionRow row, int index) => row.IsNull(index) ? [] : row.Type(index) switch
    {
        DuckDB.NET.Native.DuckDBType.BigInt => BitConverter.GetBytes(row.Long(index)!.Value),
        DuckDB.NET.Native.DuckDBType.Integer => BitConverter.GetBytes((int)row.Long(index)!.Value),
        DuckDB.NET.Native.DuckDBType.Double => BitConverter.GetBytes(row.Real(index)!.Value),
        DuckDB.NET.Native.DuckDBType.Boolean => [row.Bool(index) == true ? (byte)1 : (byte)0],
        _ => Encoding.UTF8.GetBytes(row.Text(index)),
    };

    private static byte[] TextBytes(FunctionRow row) => Encoding.UTF8.GetBytes(row.Text(0));

    private static byte[]? Base64(string text)
    {
        var bytes = new byte[(text.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }

    private static string Utf8(byte[] bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return "";
        }
    }

    private static string Inflate(string text, Func<Stream, Stream> open)
    {
        if (Base64(text) is not { } bytes) return "";
        try
        {
            using var packed = open(new MemoryStream(bytes));
            var buffer = new byte[MostInflated];
            var length = packed.ReadAtLeast(buffer, MostInflated, throwOnEndOfStream: false);
            return Utf8(buffer[..length]);
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }

    private static string Deflate(string text, Func<Stream, Stream> open)
    {
        using var packed = new MemoryStream();
        using (var stream = open(packed)) stream.Write(Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String(packed.ToArray());
    }

    private static string Idn(Func<string> convert)
    {
        try
        {
            return convert();
        }
        catch (ArgumentException)
        {
            return "";
        }
    }
}
