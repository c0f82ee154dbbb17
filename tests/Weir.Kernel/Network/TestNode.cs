using Microsoft.Extensions.Logging.Abstractions;
using Weir.Datapath;
using Weir.Model;

namespace Weir.Kernel.Network;

/// <summary>A node: a namespace with an uplink, forwarding, and a datapath of its own.</summary>
internal sealed class TestNode : IDisposable
{
    private readonly List<TestPod> _pods = [];
    private readonly BpfFileSystem _bpffs;

    public TestNode(int number, TestWorld world, BpfFileSystem bpffs, Func<KernelDatapathOptions, KernelDatapathOptions>? configure = null)
    {
        _bpffs = bpffs;
        Number = number;
        Namespace = new NetworkNamespace($"n{number}");
        world.Connect(this);
        Namespace.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
            File.WriteAllText("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
            File.WriteAllText("/proc/sys/net/ipv4/conf/default/rp_filter", "0");
        });
        Options = new KernelDatapathOptions
        {
            BpffsPath = bpffs.Path,
            NodeName = $"node{number}",
            Uplink = "uplink",
            PodCidrs = [IpPrefix.Parse("192.168.0.0/16"), IpPrefix.Parse("fd00:192:168::/48")],
            NodeAddresses = [IpAddress.Parse($"172.18.0.{10 + number}"), IpAddress.Parse($"fd00:172:18::1{number}")],
            Connections = 16384,
            EventRingBytes = 1 << 20,
        };
        if (configure is not null) Options = configure(Options);
        try
        {
            Datapath = Open();
        }
        catch
        {
            Namespace.Dispose();
            throw;
        }
    }

    public int Number { get; }

    public NetworkNamespace Namespace { get; }

    public KernelDatapathOptions Options { get; }

    public KernelDatapath Datapath { get; private set; }

    /// <summary>Its pods.</summary>
    public IReadOnlyList<TestPod> Pods => _pods;

    /// <summary>What the datapath reported so far.</summary>
    public EventLog Events { get; } = new();

    /// <summary>Adds a pod, known to the ipcache, with a policy that allows all.</summary>
    public TestPod AddPod(uint id, int host, uint identity)
    {
        var pod = new TestPod(this, id, host, identity);
        _pods.Add(pod);
        Namespace.Run(() => Datapath.Attach(pod.Spec));
        Know(pod);
        Datapath.SetPolicy(id, Policies.Open);
        return pod;
    }

    /// <summary>Tells the ipcache about a pod, of this node or another.</summary>
    public void Know(TestPod pod)
    {
        Datapath.SetIdentity(IpPrefix.Of(pod.Spec.IPv4), pod.Spec.Identity);
        Datapath.SetIdentity(IpPrefix.Of(pod.Spec.IPv6), pod.Spec.Identity);
    }

    /// <summary>Reads the events that wait.</summary>
    public void ReadEvents() => Datapath.ReadEvents(Events, TimeSpan.Zero);

    /// <summary>Ends the datapath as an agent that stops does, and starts it again.</summary>
    public void Restart()
    {
        Datapath.Dispose();
        Datapath = Open();
    }

    private KernelDatapath Open() => Namespace.Run(() => KernelDatapath.Open(Options, TimeProvider.System, NullLogger.Instance));

    /// <inheritdoc/>
    public void Dispose()
    {
        Namespace.Run(() => Datapath.Dispose(removeAll: true));
        foreach (var pod in _pods) pod.Dispose();
        Namespace.Dispose();
    }
}
