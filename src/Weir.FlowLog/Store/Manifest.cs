namespace Weir.FlowLog.Store;

/// <summary>What the store holds, at one moment: replaced as a whole, by rename.</summary>
public sealed record Manifest
{
    /// <summary>The version of this form that is written.</summary>
    public const int CurrentForm = 1;

    /// <summary>The version of this form.</summary>
    public int Form { get; init; } = CurrentForm;

    /// <summary>Grows with every replacement.</summary>
    public long Number { get; init; }

    /// <summary>The live segments.</summary>
    public IReadOnlyList<Segment> Segments { get; init; } = [];

    /// <summary>Segments that were found damaged and set aside; their rows are missing.</summary>
    public IReadOnlyList<Segment> Damaged { get; init; } = [];

    /// <summary>Records of the write-ahead log from here on are in no segment yet.</summary>
    public WalPosition Wal { get; init; } = new(1, 0);

    /// <summary>How far each node's batches are in segments.</summary>
    public IReadOnlyDictionary<string, HighWater> Stored { get; init; } = new Dictionary<string, HighWater>();

    /// <summary>Rows before this time, in ticks, are aggregates; from it on single flows. Whole windows lie on either side.</summary>
    public long RawFrom { get; init; }

    /// <summary>The number of the next segment's file.</summary>
    public long NextFile { get; init; } = 1;
}
