using System.Runtime.CompilerServices;

namespace Weir.FlowLog.Store.Hot;

/// <summary>Bits of a validity mask.</summary>
internal static class Nulls
{
    /// <summary>Says that a row has no value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Span<ulong> validity, int row) => validity[row >> 6] &= ~(1UL << (row & 63));

    /// <summary>Says that some rows that follow each other have no value.</summary>
    public static void Set(Span<ulong> validity, int from, int count)
    {
        for (var (row, end) = (from, from + count); row < end;)
        {
            if ((row & 63) == 0 && end - row >= 64) (validity[row >> 6], row) = (0, row + 64);
            else Set(validity, row++);
        }
    }
}
