using System.Net;
using Weir.Cluster.Objects;
using Weir.Lab.Network;

namespace Weir.Lab.Pods;

/// <summary>The files below /etc that a node writes for a pod.</summary>
internal static class PodFiles
{
    /// <summary>Their names and texts.</summary>
    public static IEnumerable<(string Name, string Text)> Of(PodSpec pod, IReadOnlyList<IPAddress> addresses)
    {
        yield return ("resolv.conf", Resolver(pod));
        yield return ("hostname", pod.Hostname + "\n");
        var names = pod.Subdomain.Length == 0 ? pod.Hostname : $"{pod.Hostname}.{pod.Subdomain}.{pod.Key.Namespace}.svc.cluster.local\t{pod.Hostname}";
        yield return ("hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n" + string.Concat(addresses.Select(a => $"{a}\t{names}\n")));
    }

    private static string Resolver(PodSpec pod)
    {
        var isClusters = pod.DnsPolicy == "ClusterFirstWithHostNet" || (pod.DnsPolicy == "ClusterFirst" && !pod.HostNetwork);
        List<string> servers = pod.DnsPolicy == "None" ? [] : [isClusters ? LabAddresses.ClusterDns[0].ToString() : LabAddresses.WorldDns.ToString()];
        List<string> search = isClusters ? [$"{pod.Key.Namespace}.svc.cluster.local", "svc.cluster.local", "cluster.local"] : [];
        List<string> options = isClusters ? ["ndots:5"] : [];
        servers.AddRange(Texts("nameservers"));
        search.AddRange(Texts("searches"));
        foreach (var option in PodSpec.Items(pod.DnsConfig, "options"))
        {
            // The pod's own wins over the node's of the same name.
            var (name, value) = (option.Text("name") ?? "", option.Text("value"));
            options.RemoveAll(o => o.Split(':')[0] == name);
            options.Add(value is null ? name : $"{name}:{value}");
        }

        return string.Concat(servers.Select(s => $"nameserver {s}\n"))
            + (search.Count > 0 ? $"search {string.Join(' ', search)}\n" : "")
            + (options.Count > 0 ? $"options {string.Join(' ', options)}\n" : "");

        IEnumerable<string> Texts(string list) => pod.DnsConfig.Items(list).Select(item => item.Text() ?? "");
    }
}
