namespace Weir.Protocols.Http;

/// <summary>A part of a head, as a place in its bytes.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="Length">How many bytes; 0 where the part is not there.</param>
public readonly record struct HeadSlice(int Start, int Length)
{
    /// <summary>The part itself.</summary>
    /// <param name="head">The bytes that the head was read from.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> head) => head.Slice(Start, Length);
}
