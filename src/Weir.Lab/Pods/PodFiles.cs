using System.Net;
using Weir.Lab.Network;

namespace Weir.Lab.Pods;

/// <summary>The files below /etc that a node writes for a pod.</summary>
internal static class PodFiles
{
    /// <summary>Their names and texts.</summary>
    public static IEnumerable<(string Name, string Text)> Of(PodSpec pod, IReadOnlyList<IPAddress> addresses)
    {
        yield return ("resolv.conf", pod.DnsPolicy == "Default"
            ? $"nameserver {LabAddresses.WorldDns}\n"
            : $"nameserver {LabAddresses.ClusterDns[0]}\nsearch {pod.Key.Namespace}.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n");
        yield return ("hostname", pod.Hostname + "\n");
        yield return ("hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n" + string.Concat(addresses.Select(a => $"{a}\t{pod.Hostname}\n")));
    }
}
