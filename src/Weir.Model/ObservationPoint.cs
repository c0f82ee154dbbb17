namespace Weir.Model;

/// <summary>Where on its way a packet was seen; numbers as in Hubble's <c>flow.TraceObservationPoint</c>.</summary>
public enum ObservationPoint : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Handed to a proxy.</summary>
    ToProxy = 1,

    /// <summary>Handed to the node itself.</summary>
    ToHost = 2,

    /// <summary>Handed to the node's network stack, to be routed.</summary>
    ToStack = 3,

    /// <summary>Left an endpoint.</summary>
    FromEndpoint = 5,

    /// <summary>Came from a proxy.</summary>
    FromProxy = 6,

    /// <summary>Came from the node itself.</summary>
    FromHost = 7,

    /// <summary>Came from the node's network stack.</summary>
    FromStack = 8,

    /// <summary>Arrived at the node's uplink.</summary>
    FromNetwork = 10,

    /// <summary>Leaves by the node's uplink.</summary>
    ToNetwork = 11,

    /// <summary>Handed to an endpoint.</summary>
    ToEndpoint = 101,
}
