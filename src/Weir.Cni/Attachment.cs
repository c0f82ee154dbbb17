using System.Net.Sockets;
using Weir.Linux;
using Weir.Linux.Netlink;

namespace Weir.Cni;

/// <summary>The commands on one attachment. What was made is found again by the host interface's alias, so nothing is kept on disk.</summary>
internal static class Attachment
{
    private const string AliasPrefix = "weir-cni:";

    /// <summary>Makes the pod's interface, and returns once its policy is in force. Undoes what it did when anything fails.</summary>
    public static CniResult Add(CniRequest request, AgentClient agent)
    {
        using var sandbox = NetworkNamespace.Open(request.Namespace ?? throw new CniException(CniException.InvalidEnvironment, "CNI_NETNS is not set."));
        var allocation = agent.Allocate(request);
        try
        {
            var made = PodInterface.Create(sandbox, request.Interface, allocation, AliasOf(request.ContainerId, request.Interface));
            agent.Attach(allocation.EndpointId);
            return made.ToResult(request.Namespace);
        }
        catch
        {
            Undo(request, agent);
            throw;
        }
    }

    /// <summary>Removes the interface and gives the endpoint back. Doing it again is no error.</summary>
    public static void Delete(CniRequest request, AgentClient agent)
    {
        RemoveHostInterfaces(alias => alias == AliasOf(request.ContainerId, request.Interface));
        agent.Release(request.ContainerId, request.Interface);
    }

    /// <summary>Compares what is there with what ADD would make.</summary>
    public static void Check(CniRequest request, AgentClient agent)
    {
        using var sandbox = NetworkNamespace.Open(request.Namespace ?? throw new CniException(CniException.InvalidEnvironment, "CNI_NETNS is not set."));
        var allocation = agent.Allocate(request);
        using var inside = RouteNetlink.Open(sandbox);
        var link = inside.Find(request.Interface)
            ?? throw new CniException(CniException.NotAsAdded, $"The sandbox {request.Namespace} has no interface {request.Interface}.");
        if (!link.IsUp) throw new CniException(CniException.NotAsAdded, $"The interface {request.Interface} in {request.Namespace} is down.");

        // An address that the kernel has shows as a route to itself in the local table.
        var own = inside.Routes().Where(r => r.Table == 255 && r.Interface == link.Index).Select(r => r.Destination).ToHashSet();
        foreach (var address in PodInterface.AddressesOf(allocation))
        {
            if (!own.Contains(address))
                throw new CniException(CniException.NotAsAdded, $"The interface {request.Interface} in {request.Namespace} lacks the address {address}.");
        }
    }

    /// <summary>Removes every interface of this plugin that the runtime does not list.</summary>
    public static void CollectGarbage(IReadOnlyList<ValidAttachment> valid, AgentClient agent)
    {
        var keep = valid.Select(a => AliasOf(a.ContainerId, a.Interface)).ToHashSet(StringComparer.Ordinal);
        foreach (var alias in RemoveHostInterfaces(alias => !keep.Contains(alias)))
        {
            var slash = alias.LastIndexOf('/');
            agent.Release(alias[AliasPrefix.Length..slash], alias[(slash + 1)..]);
        }
    }

    private static string AliasOf(string containerId, string ifName) => $"{AliasPrefix}{containerId}/{ifName}";

    private static List<string> RemoveHostInterfaces(Predicate<string> which)
    {
        var removed = new List<string>();
        using var host = RouteNetlink.Open();
        foreach (var link in host.Links())
        {
            if (!link.Alias.StartsWith(AliasPrefix, StringComparison.Ordinal) || !which(link.Alias)) continue;
            host.DeleteLink(link.Name);
            removed.Add(link.Alias);
        }

        return removed;
    }

    /// <summary>Best effort: the failure that led here is the one to report.</summary>
    private static void Undo(CniRequest request, AgentClient agent)
    {
        try
        {
            Delete(request, agent);
        }
        catch (Exception e) when (e is CniException or IOException or SocketException)
        {
            Console.Error.WriteLine($"weir-cni: undoing {request.ContainerId}: {e.Message}");
        }
    }
}
