using DuckDB.NET.Native;

namespace Weir.FlowLog.Store.Hot;

/// <summary>One column of the rows that are about to become segments: knows what to write, a piece of a batch at a time.</summary>
/// <param name="name">Its name in <see cref="SegmentColumns"/>.</param>
internal abstract class HotColumn(string name)
{
    /// <summary>Its name in <see cref="SegmentColumns"/>.</summary>
    public string Name => name;

    /// <summary>A column of texts without any: an enumeration takes a byte a row, where a text takes 16.</summary>
    protected static readonly string[] Nothing = [""];

    /// <summary>Its type.</summary>
    public abstract DuckDBType Type { get; }

    /// <summary>The texts of a column whose rows hold their numbers (an enumeration), once every batch was looked at; null where rows hold values.</summary>
    public virtual IReadOnlyList<string>? Words => null;

    /// <summary>Looks at a batch before anything is written.</summary>
    public virtual void Prepare(HotBatch batch)
    {
    }

    /// <summary>Writes a piece of a batch.</summary>
    /// <param name="piece">Which rows, and where they go.</param>
    /// <param name="to">The chunk.</param>
    /// <param name="column">The column's place in it.</param>
    public abstract void Write(in Piece piece, HotFunction to, int column);
}

/// <summary>Some rows of a batch on their way into a chunk.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="From">Its first row.</param>
/// <param name="Count">How many.</param>
/// <param name="At">The chunk's row for the first.</param>
internal readonly record struct Piece(HotBatch Batch, int From, int Count, int At);

/// <summary>A batch whose rows are about to become segments.</summary>
/// <param name="Number">Its place among those of the flush, from 0.</param>
/// <param name="Node">Where its flows were seen.</param>
/// <param name="Hash">The node's part of a UUID.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record HotBatch(int Number, string Node, uint Hash, Wire.Rows Rows);
