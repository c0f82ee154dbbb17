namespace Weir.Cni;

/// <summary>What the environment says about one attachment.</summary>
/// <param name="ContainerId">The sandbox.</param>
/// <param name="Interface">The interface's name inside.</param>
/// <param name="Namespace">The file of the network namespace; null when it is gone already, which DEL allows.</param>
/// <param name="PodNamespace">From CNI_ARGS.</param>
/// <param name="Pod">From CNI_ARGS.</param>
/// <param name="Uid">From CNI_ARGS.</param>
internal sealed record CniRequest(string ContainerId, string Interface, string? Namespace, string PodNamespace, string Pod, string Uid)
{
    /// <summary>Reads CNI_CONTAINERID, CNI_IFNAME, CNI_NETNS and CNI_ARGS.</summary>
    /// <exception cref="CniException">Something is missing.</exception>
    public static CniRequest FromEnvironment(Func<string, string?> environment)
    {
        // IgnoreUnknown=1;K8S_POD_NAMESPACE=pets;K8S_POD_NAME=store-front-1;K8S_POD_UID=...
        var args = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (environment("CNI_ARGS") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new CniException(CniException.InvalidEnvironment, $"CNI_ARGS has '{pair}'; expected KEY=VALUE pairs joined by ';'.");
            args[pair[..equals]] = pair[(equals + 1)..];
        }

        return new CniRequest(
            Required("CNI_CONTAINERID"),
            Required("CNI_IFNAME"),
            environment("CNI_NETNS") is { Length: > 0 } path ? path : null,
            args.GetValueOrDefault("K8S_POD_NAMESPACE", ""),
            args.GetValueOrDefault("K8S_POD_NAME", ""),
            args.GetValueOrDefault("K8S_POD_UID", ""));

        string Required(string name) => environment(name) is { Length: > 0 } value
            ? value
            : throw new CniException(CniException.InvalidEnvironment, $"{name} is not set.");
    }
}
