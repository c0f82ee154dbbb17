namespace Weir.Observe.Printing;

/// <summary>How flows are printed.</summary>
public sealed record PrintOptions
{
    /// <summary>Whether the node's name is printed. Default: no.</summary>
    public bool PrintNode { get; init; }

    /// <summary>Whether verdicts name the policies that decided. Default: no.</summary>
    public bool PrintPolicyNames { get; init; }

    /// <summary>Whether the deciding rule is printed behind each flow. Default: no. Weir's own.</summary>
    public bool PrintRule { get; init; }

    /// <summary>Whether a line below each drop explains it. Default: no. Weir's own.</summary>
    public bool Explain { get; init; }

    /// <summary>Whether addresses are replaced by pod, service and DNS names. Default: yes.</summary>
    public bool TranslateAddresses { get; init; } = true;

    /// <summary>Whether the output is coloured. Default: no.</summary>
    public bool Colour { get; init; }

    /// <summary>Whether news of nodes that are well is printed too. Default: no.</summary>
    public bool Debug { get; init; }

    /// <summary>How times are written, by Hubble's names for it; always UTC. Default: <c>StampMilli</c>.</summary>
    public string TimeFormat { get; init; } = "StampMilli";
}
