namespace Weir.Cni;

/// <summary>CNI's success object.</summary>
internal sealed record CniResult
{
    /// <summary>As the configuration asked.</summary>
    public string CniVersion { get; init; } = "";

    /// <summary>The host's end, then the pod's.</summary>
    public required IReadOnlyList<CniInterface> Interfaces { get; init; }

    /// <summary>The pod's addresses.</summary>
    public required IReadOnlyList<CniAddress> Ips { get; init; }

    /// <summary>The pod's routes.</summary>
    public required IReadOnlyList<CniRoute> Routes { get; init; }
}

/// <summary>An interface; <paramref name="Sandbox"/> is null on the host's side.</summary>
internal sealed record CniInterface(string Name, string Mac, int Mtu, string? Sandbox);

/// <summary>An address with its prefix length, on the interface of that index.</summary>
internal sealed record CniAddress(int Interface, string Address, string Gateway);

/// <summary>A route.</summary>
internal sealed record CniRoute(string Dst, string Gw);
