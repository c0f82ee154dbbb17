namespace Weir.Model;

/// <summary>How much of the connection the deciding rule names; numbers as Hubble's <c>policy_match_type</c>.</summary>
public enum PolicyMatch : byte
{
    /// <summary>No rule matched.</summary>
    None = 0,

    /// <summary>The peer alone.</summary>
    L3Only = 1,

    /// <summary>Peer, protocol and port.</summary>
    L3L4 = 2,

    /// <summary>Protocol and port, any peer.</summary>
    L4Only = 3,

    /// <summary>Anything from anyone.</summary>
    All = 4,

    /// <summary>Peer and protocol.</summary>
    L3Proto = 5,

    /// <summary>Protocol, any peer.</summary>
    ProtoOnly = 6,
}
