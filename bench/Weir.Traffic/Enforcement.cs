using Microsoft.Extensions.Logging.Abstractions;
using Weir.Datapath;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Traffic;

/// <summary>Puts Weir between the pods of bench/traffic: the real datapath, with as many rules as asked in every table.</summary>
internal static class Enforcement
{
    private const uint FirstIdentity = 1001;

    /// <summary>Enforces until SIGTERM, then takes everything out of the kernel.</summary>
    /// <param name="bpffs">A mounted bpffs.</param>
    /// <param name="node">The node's name, for the pins.</param>
    /// <param name="rules">Entries of each pod's egress table and ingress table, of which one matches.</param>
    /// <param name="pods">INTERFACE=ADDRESS each; they may speak to each other.</param>
    public static void Run(string bpffs, string node, int rules, IReadOnlyList<string> pods)
    {
        using var stop = new ManualResetEventSlim();
        using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                stop.Set();
            });
        var options = new KernelDatapathOptions { BpffsPath = bpffs, NodeName = node };
        var datapath = KernelDatapath.Open(options, TimeProvider.System, NullLogger.Instance);
        try
        {
            for (var i = 0; i < pods.Count; i++)
            {
                var (name, address) = (pods[i].Split('=')[0], IpAddress.Parse(pods[i].Split('=')[1]));
                var pod = new EndpointSpec((uint)i + 1, name, address, default, new SecurityIdentity(FirstIdentity + (uint)i));
                datapath.SetIdentity(IpPrefix.Of(address), pod.Identity);
                datapath.Attach(pod);
            }

            // The peers of the other rules exist too: their addresses fill the ipcache.
            for (var i = 1; i < rules; i++) datapath.SetIdentity(IpPrefix.Of(IpAddress.FromIPv4(0x0A00_0000u + (uint)i)), Stranger(i));
            var table = Table(rules, pods.Count);
            for (uint id = 1; id <= pods.Count; id++) datapath.SetPolicy(id, new EndpointPolicy(1, table, table));
            Console.Out.WriteLine("ready");
            Drain(datapath, stop);
        }
        finally
        {
            datapath.Dispose(removeAll: true);
        }
    }

    private static DirectionTable Table(int rules, int pods)
    {
        var entries = new Dictionary<PolicyKey, PolicyEntry>();
        for (var i = 1; i < rules; i++) Add(entries, Stranger(i), 9000, 16, $"rule-{i}");
        for (var i = 0; i < pods; i++) Add(entries, new SecurityIdentity(FirstIdentity + (uint)i), 0, 0, "pods");
        return new DirectionTable(true, new RuleSet(DecisionBasis.DefaultDeny, []), entries);
    }

    private static void Add(Dictionary<PolicyKey, PolicyEntry> entries, SecurityIdentity peer, ushort port, byte bits, string policy) =>
        entries[new PolicyKey(peer, IpProtocol.Tcp, port, bits)] = new PolicyEntry(
            PolicyAction.Allow, PolicyMatch.L3L4, new RuleSet(DecisionBasis.Allow, [new RuleOrigin("NetworkPolicy", "bench", policy, "ingress", 0)]));

    private static SecurityIdentity Stranger(int i) => new(2000 + (uint)i);

    /// <summary>Reads events as an agent does, so that the ring is never full and its cost is in the numbers.</summary>
    private static void Drain(KernelDatapath datapath, ManualResetEventSlim stop)
    {
        var sink = new Sink();
        while (!stop.IsSet) datapath.ReadEvents(sink, TimeSpan.FromMilliseconds(100));
    }

    private sealed class Sink : IEventSink
    {
        public void OnEvent(in Weir.Datapath.Abi.EventAbi seen)
        {
        }
    }
}
