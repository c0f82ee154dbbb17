namespace Weir.Model;

/// <summary>What a flow record tells; numbers as the <c>event_type.type</c> of Hubble's flows.</summary>
public enum FlowKind : byte
{
    /// <summary>A packet was dropped.</summary>
    Drop = 1,

    /// <summary>A packet or a connection's summary was seen at an observation point.</summary>
    Trace = 4,

    /// <summary>Policy decided a connection in one direction.</summary>
    PolicyVerdict = 5,

    /// <summary>A proxy saw a request or response.</summary>
    L7 = 129,
}
