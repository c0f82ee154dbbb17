namespace Weir.Bench.Soak;

/// <summary>How a reader of the soak behaves.</summary>
internal enum ReaderLife
{
    /// <summary>Reads from the first flow to the last.</summary>
    Stays,

    /// <summary>Reads for a while, hangs up, and comes again.</summary>
    ComesAndGoes,

    /// <summary>Stops reading for longer than the ring lasts, and reads on.</summary>
    Stalls,

    /// <summary>Stops reading and never hangs up: its connection breaks.</summary>
    Dies,
}
