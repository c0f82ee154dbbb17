namespace Weir.Datapath.Model;

/// <summary>Where a packet passes the tables: the programs of bpf/weir.bpf.c.</summary>
public enum ModelHook
{
    /// <summary>It leaves a pod.</summary>
    FromPod,

    /// <summary>It is about to reach a pod.</summary>
    ToPod,

    /// <summary>It arrives at the node from the network.</summary>
    FromUplink,

    /// <summary>It is about to leave the node for the network.</summary>
    ToUplink,
}
