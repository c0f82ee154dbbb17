namespace Weir.Observe.Hubble;

/// <summary>How <see cref="CompactPrinter"/> prints.</summary>
public sealed record CompactOptions
{
    /// <summary>Whether the node's name is printed. Default: no.</summary>
    public bool PrintNode { get; init; }

    /// <summary>Whether the policies that decided are printed. Default: no.</summary>
    public bool PrintPolicyNames { get; init; }

    /// <summary>Whether addresses are replaced by pod, service and DNS names. Default: yes.</summary>
    public bool TranslateAddresses { get; init; } = true;

    /// <summary>Whether times are UTC instead of local. Default: local, as Hubble.</summary>
    public bool Utc { get; init; }
}
