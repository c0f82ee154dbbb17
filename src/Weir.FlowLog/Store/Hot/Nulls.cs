using System.Runtime.CompilerServices;

namespace Weir.FlowLog.Store.Hot;

/// <summary>Bits of a validity mask.</summary>
internal static class Nulls
{
    /// <summary>Says that a row has no value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Span<ulong> validity, int row) => validity[row >> 6] &= ~(1UL << (row & 63));
}
