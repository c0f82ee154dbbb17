using System.Text;
using Weir.Lab.Network;
using Weir.Workloads;
using Weir.Workloads.World;

namespace Weir.Lab.Simulated;

/// <summary>Everything outside the cluster: the sites and their name server, as the same program that plays them in a real lab, and the external client.</summary>
internal sealed class SimulatedWorld
{
    private const string Certificate = "/sites.pem";
    private readonly SimulatedHost _sites;

    /// <summary>Adds the outside world to a network.</summary>
    public SimulatedWorld(SimulatedNetwork network)
    {
        _sites = network.AddOutside([.. WorldSite.All.Select(site => site.Address).Append(WorldSite.NameServer).Select(SocketPair.AddressOf)]);
        Client = network.AddOutside([.. LabAddresses.Client.Select(SocketPair.AddressOf)]);
    }

    /// <summary>Where requests from outside come from.</summary>
    public SimulatedHost Client { get; }

    /// <summary>Serves until cancelled.</summary>
    /// <param name="sitesPem">The sites' certificate and key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task RunAsync(string sitesPem, TimeProvider time, CancellationToken cancellation)
    {
        var context = new AppletContext
        {
            Arguments = [Certificate],
            Network = _sites,
            Output = Stream.Null,
            ErrorOutput = Stream.Null,
            ReadFile = path => path == Certificate ? Encoding.UTF8.GetBytes(sitesPem) : null,
            Time = time,
        };
        return Applets.RunAsync("world", context, cancellation);
    }
}
