namespace Weir.Model;

/// <summary>Seen from the endpoint; numbers as in Hubble's <c>flow.TrafficDirection</c>.</summary>
public enum TrafficDirection : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Towards the endpoint.</summary>
    Ingress = 1,

    /// <summary>From the endpoint.</summary>
    Egress = 2,
}
