using System.Text;

namespace Weir.Proxy.Http;

/// <summary>Strings for bytes that are seen again and again: methods, hosts, paths. Bounded; any thread.</summary>
internal sealed class TextCache
{
    private const int Slots = 2048;
    private const int LongestKept = 256;

    private readonly string?[] _texts = new string?[Slots];

    /// <summary>The bytes as text, each byte a character.</summary>
    public string Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "";
        if (bytes.Length > LongestKept) return Encoding.Latin1.GetString(bytes);
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        ref var slot = ref _texts[(uint)hash.ToHashCode() % Slots];
        if (slot is { } kept && kept.Length == bytes.Length && Ascii.Equals(bytes, kept)) return kept;
        return slot = Encoding.Latin1.GetString(bytes);
    }
}
