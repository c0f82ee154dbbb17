using System.Globalization;
using System.Runtime.InteropServices;
using Weir.Datapath;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Model;
using Weir.Kernel.Network;
using Weir.Model;
using Xunit;

namespace Weir.Kernel.Model;

/// <summary>The kernel's programs against the managed model, packet by packet. WEIR_SEED=N runs one seed alone.</summary>
public sealed class DifferentialTests : IDisposable
{
    private const int PacketsPerSeed = 25_000;
    private const ulong Second = 1_000_000_000;

    /// <summary>What each seed must have met at least once, so that agreement means something.</summary>
    private static readonly string[] s_mustMeet =
    [
        "Pass", "Redirect", "ProxySocket", "Reset", "translated", "hairpin", "service reply",
        nameof(DropReason.InvalidSourceIp), nameof(DropReason.PolicyDenied), nameof(DropReason.PolicyDeny), nameof(DropReason.InvalidPacket),
        nameof(DropReason.CtTruncatedOrInvalidHeader), nameof(DropReason.CtUnknownL4Protocol), nameof(DropReason.UnsupportedL3Protocol),
        nameof(DropReason.InvalidIPv6ExtensionHeader), nameof(DropReason.ServiceBackendNotFound), nameof(DropReason.FirstFragmentNotFound),
        nameof(DropReason.SocketLookupFailed), nameof(DropReason.ProxyRedirectionNotSupported), nameof(DropReason.PuntProxy),
        nameof(DropReason.ErrorWritingToPacket),
    ];

    private readonly BpfFileSystem _bpffs;
    private readonly TestWorld _world;
    private readonly TestNode _node;
    private readonly List<EndpointSpec> _pods = [];

    public DifferentialTests()
    {
        Privilege.Require();
        _bpffs = new BpfFileSystem();
        _world = new TestWorld();
        _node = new TestNode(1, _world, _bpffs, options => options with { EventRingBytes = 1 << 22, Connections = 65_536 });
    }

    public static TheoryData<int> Seeds => Environment.GetEnvironmentVariable("WEIR_SEED") is { } seed
        ? [int.Parse(seed, CultureInfo.InvariantCulture)]
        : [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Kernel_and_model_agree_on_every_random_packet_and_on_every_table_after_it(int seed)
    {
        for (uint id = 1; id <= 3; id++) _pods.Add(_node.AddPod(id, (int)id + 4, 1000 + id).Spec);
        using var model = new ModelDatapath(new ModelDatapathOptions
        {
            PodCidrs = _node.Options.PodCidrs,
            NodeAddresses = _node.Options.NodeAddresses,
            Events = 1_000_000,
        });
        _node.Namespace.Run(() => Compare(seed, model));
    }

    public void Dispose()
    {
        _node?.Dispose();
        _world?.Dispose();
        _bpffs?.Dispose();
    }

    private void Compare(int seed, ModelDatapath model)
    {
        using var kernel = new KernelRunner(_node.Datapath);
        var random = new Random(seed);
        var tables = new RandomTables(random, _pods);
        var traffic = new RandomTraffic(random, _pods, tables);
        IDatapath[] both = [_node.Datapath, model];
        var ifindexes = _pods.ToDictionary(pod => pod.Id, pod => LibC.IfNameToIndex(pod.InterfaceName));
        ifindexes[0] = LibC.IfNameToIndex("uplink");
        var now = 1000 * Second;
        var met = new SortedSet<string>(StringComparer.Ordinal);
        Prepare(model, tables);

        for (var n = 0; n < PacketsPerSeed; n++)
        {
            if (random.Next(40) == 0) Change(both, random, tables);
            if (random.Next(8) == 0) now += Step(random);
            kernel.SetTime(now);

            var seen = traffic.Next();
            if (seen is { Hook: ModelHook.FromPod or ModelHook.ToPod, Endpoint: 0 }) seen = seen with { Hook = ModelHook.FromUplink };
            var (returned, mark, kernelFrame) = kernel.Run(seen.Hook, ifindexes[seen.Endpoint], seen.Frame, seen.Mark);
            byte[] modelFrame = [.. seen.Frame];
            var verdict = model.Process(seen.Hook, seen.Endpoint, modelFrame, seen.Mark, now);

            var key = model.LastPacket.Key;
            var expected = Describe(returned == 0, mark, kernelFrame, key == default ? null : kernel.Connection(key));
            var entry = key != default && model.State.Connections.TryPeek(key, out var held) ? ConnectionText.Of(held) : null;
            var actual = Describe(!verdict.IsDropped, verdict.Mark, modelFrame, entry);
            Assert.True(expected == actual, Disagreement(seed, n, seen, expected, actual, verdict));

            Note(met, verdict, model.LastPacket);
            if (!verdict.IsDropped) traffic.Remember(modelFrame);
            if (n % 2000 == 1999) CompareTables(kernel, model, seed, n);
        }

        CompareTables(kernel, model, seed, PacketsPerSeed);
        var missed = s_mustMeet.Except(met).ToList();
        Assert.True(missed.Count == 0, $"Seed {seed} never met: {string.Join(", ", missed)}. It met: {string.Join(", ", met)}");
    }

    private static void Note(SortedSet<string> met, ModelVerdict verdict, ModelPacket packet)
    {
        met.Add(verdict.Outcome.ToString());
        if (verdict.Reason != DropReason.None) met.Add(verdict.Reason.ToString());
        if (verdict.IsDropped) return;
        if (packet.IsTranslated) met.Add("translated");
        if (packet.IsHairpin) met.Add("hairpin");
        if (packet.IsReply && packet.Fresh.Has(ConnectionMarks.Translated)) met.Add("service reply");
    }

    private static string Describe(bool passes, uint mark, byte[] frame, string? connection) =>
        $"{(passes ? $"pass with mark {mark:x} {Convert.ToHexString(frame)}" : "drop")}\n    connection: {connection ?? "none"}";

    private static string Disagreement(int seed, int n, Sighting seen, string kernel, string model, ModelVerdict verdict) =>
        $"Seed {seed}, packet {n} at {seen.Hook} of endpoint {seen.Endpoint} with mark {seen.Mark:x}: {Convert.ToHexString(seen.Frame)}\n"
        + $"  kernel: {kernel}\n  model:  {model}\n  model's verdict: {verdict}";

    private void Prepare(ModelDatapath model, RandomTables tables)
    {
        foreach (var pod in _pods)
        {
            model.Attach(pod);
            model.SetPolicy(pod.Id, Policies.Open);
        }

        foreach (var datapath in new IDatapath[] { _node.Datapath, model })
        {
            foreach (var pod in _pods)
            {
                datapath.SetIdentity(IpPrefix.Of(pod.IPv4), pod.Identity);
                datapath.SetIdentity(IpPrefix.Of(pod.IPv6), pod.Identity);
            }

            datapath.SetProxyPorts(40_001, 40_002);
            for (var i = 0; i < RandomTables.Remote.Count; i++)
                datapath.SetIdentity(IpPrefix.Of(RandomTables.Remote[i]), new SecurityIdentity(2001 + ((uint)i % 2)));
            datapath.SetIdentity(IpPrefix.Parse("140.82.112.0/24"), new SecurityIdentity(16_777_217));
        }
    }

    private void Change(IDatapath[] both, Random random, RandomTables tables)
    {
        var pod = tables.Pick(_pods);
        switch (random.Next(10))
        {
            case 0:
                var services = tables.Services();
                foreach (var datapath in both) datapath.SetServices(services);
                break;
            case 1:
                var direction = random.Next(2) == 0 ? TrafficDirection.Ingress : TrafficDirection.Egress;
                var entries = tables.Entries(3);
                foreach (var datapath in both) datapath.AddEntries(pod.Id, direction, entries);
                break;
            case 2:
                var prefix = IpPrefix.Of(tables.Pick(RandomTables.Remote));
                var identity = new SecurityIdentity(tables.Pick<uint>([2001, 2002]));
                foreach (var datapath in both)
                {
                    if (identity.Value == 2001) datapath.RemoveIdentity(prefix);
                    else datapath.SetIdentity(prefix, identity);
                }

                break;
            case 3:
                _node.Datapath.Detach(pod.Id);
                both[1].Detach(pod.Id);
                foreach (var datapath in both) datapath.Attach(pod);
                break;
            case 4:
                var port = random.Next(3) == 0 ? (ushort)0 : (ushort)40_001;
                foreach (var datapath in both) datapath.SetProxyPorts(port, 40_002);
                break;
            default:
                var policy = tables.Policy();
                foreach (var datapath in both) datapath.SetPolicy(pod.Id, policy);
                break;
        }
    }

    private static ulong Step(Random random) => random.Next(60) switch
    {
        0 => 200 * Second,
        1 or 2 => 40 * Second,
        < 10 => 6 * Second,
        _ => (ulong)random.Next(1, 500_000_000),
    };

    private void CompareTables(KernelRunner kernel, ModelDatapath model, int seed, int n)
    {
        var where = $"after packet {n} of seed {seed}";
        var state = model.State;
        AssertSame($"connections {where}", kernel.Connections(), state.Connections.Entries.Select(e => $"{e.Key}: {ConnectionText.Of(e.Value)}"));
        AssertSame($"translations {where}", kernel.Translations(), state.Translations.Entries.Select(e => $"{e.Key}: {KernelRunner.Kept(e.Value.Address, e.Value.Port, e.Value.SeenNs)}"));
        AssertSame($"affinity {where}", kernel.Affinities(), state.Affinity.Entries.Select(e => $"{e.Key}: {KernelRunner.Kept(e.Value.Address, e.Value.Port, e.Value.SeenNs)}"));
        AssertSame(
            $"counters {where}",
            new SortedSet<string>(_node.Datapath.ReadCounters().Select(c => $"{new CounterKey(c.Endpoint, c.Direction, c.Verdict, c.Reason)}: {c.Packets} {c.Bytes}"), StringComparer.Ordinal),
            state.Counters.Select(c => $"{c.Key}: {c.Value.Packets} {c.Value.Bytes}"));

        var kernelEvents = new EventLog();
        var modelEvents = new EventLog();
        _node.Datapath.ReadEvents(kernelEvents, TimeSpan.Zero);
        model.ReadEvents(modelEvents, TimeSpan.Zero);
        Assert.Equal(0UL, _node.Datapath.LostEvents);
        Assert.Equal(kernelEvents.Seen.Select(Text), modelEvents.Seen.Select(Text));
    }

    private static void AssertSame(string what, SortedSet<string> kernel, IEnumerable<string> model)
    {
        var other = new SortedSet<string>(model, StringComparer.Ordinal);
        Assert.True(kernel.SetEquals(other), $"{what}\n  only in the kernel: {string.Join("\n    ", kernel.Except(other).Take(5))}\n  only in the model: {string.Join("\n    ", other.Except(kernel).Take(5))}");
    }

    /// <summary>An event's bytes; the interface's number means something in the kernel only.</summary>
    private static string Text(EventAbi seen)
    {
        seen.Ifindex = 0;
        return Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<EventAbi>(in seen)));
    }
}
