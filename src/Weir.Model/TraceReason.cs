namespace Weir.Model;

/// <summary>What connection tracking knew; numbers as in Hubble's <c>flow.TraceReason</c>.</summary>
public enum TraceReason : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The first packet of a connection.</summary>
    New = 1,

    /// <summary>A later packet of the side that opened the connection.</summary>
    Established = 2,

    /// <summary>A packet of the other side.</summary>
    Reply = 3,

    /// <summary>An ICMP error about a known connection.</summary>
    Related = 4,
}
