using System.Buffers;

namespace Weir.Protocols.Http;

/// <summary>Which bytes may stand where (RFC 9110 §5.6, RFC 3986 §2), and comparisons that ignore case.</summary>
internal static class HttpText
{
    private const string Digits = "0123456789";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>What a method or a field's name consists of.</summary>
    public static readonly SearchValues<byte> Token = Values("!#$%&'*+-.^_`|~" + Digits + Letters);

    /// <summary>What a target consists of: visible ASCII but for the fragment's mark, which never leaves a client.</summary>
    public static readonly SearchValues<byte> Target = SearchValues.Create(Visible().Where(b => b != '#').ToArray());

    /// <summary>What a host with a port consists of.</summary>
    public static readonly SearchValues<byte> Host = Values("-._~%!$&'()*+;=:[]" + Digits + Letters);

    /// <summary>What a field's value consists of: no control characters but the tab.</summary>
    public static readonly SearchValues<byte> Value =
        SearchValues.Create(Enumerable.Range(0, 256).Where(b => b == '\t' || (b >= 0x20 && b != 0x7F)).Select(b => (byte)b).ToArray());

    /// <summary>Whether two texts are the same but for the case of ASCII letters.</summary>
    public static bool Same(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => System.Text.Ascii.EqualsIgnoreCase(text, lowerCase);

    /// <summary>Without spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    private static SearchValues<byte> Values(string characters) => SearchValues.Create(characters.Select(c => (byte)c).ToArray());

    private static IEnumerable<byte> Visible() => Enumerable.Range(0x21, 0x7E - 0x20).Select(b => (byte)b);
}
