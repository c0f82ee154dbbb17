using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Datapath.Model;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Proxy;
using Weir.Proxy.Feed;

namespace Weir.Bench;

/// <summary>What an answer costs the proxy's book of names, and a hundred times as many: learned, answered again, expired; on managed tables.</summary>
internal static class NameSpeed
{
    private const int AddressesPerName = 50, TtlSeconds = 600;
    private const uint Pod = 1;
    private const ushort TypeA = 1;

    public static async Task RunAsync(int most)
    {
        Learn(100, out _); // the compiler at run time is not what is measured
        await Console.Out.WriteLineAsync(
            "| names | addresses | learned, us/answer | again, us/answer | expired, us/answer | longest wait in a sweep, ms | heap, MB | journal, MB | read again, ms |\n|---|---|---|---|---|---|---|---|---|");
        foreach (var names in new[] { most / 100, most / 10, most })
        {
            var row = Learn(names, out var held);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {names:N0} | {names * AddressesPerName:N0} | {row} |"));
            GC.KeepAlive(held);
        }
    }

    private static string Learn(int names, out object held)
    {
        var folder = Directory.CreateTempSubdirectory("weir-names-");
        var clock = new Clock();
        using var datapath = new ModelDatapath(new ModelDatapathOptions());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var state = Open(folder, datapath, clock);
        var addresses = new IpAddress[AddressesPerName];
        var texts = Enumerable.Range(0, names).Select(n => string.Create(CultureInfo.InvariantCulture, $"host{n}.cdn.test")).ToArray();
        var learned = Time(() => LearnAll(state, texts, addresses));
        var again = Time(() => LearnAll(state, texts, addresses));
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        var journal = new FileInfo(Path.Combine(folder.FullName, "proxy-names.journal")).Length;
        state.Dispose();
        var read = Time(() => (state = Open(folder, datapath, clock)).Load());

        clock.Advance(TimeSpan.FromSeconds(TtlSeconds + 60));
        var longest = TimeSpan.Zero;
        var expired = Time(() => longest = LongestWait(state, texts[0], addresses));
        if (state.Names.Count.Names > 1) throw new InvalidOperationException($"{state.Names.Count} are left");
        held = state;
        state.Dispose();
        folder.Delete(recursive: true);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{learned.TotalMicroseconds / names:0.0} | {again.TotalMicroseconds / names:0.0} | {expired.TotalMicroseconds / names:0.0} | {longest.TotalMilliseconds:0.00} | {heap / 1e6:0.0} | {journal / 1e6:0.0} | {read.TotalMilliseconds:0} |")[..^2];
    }

    /// <summary>Sweeps, while another thread asks again and again as the DNS proxy does for each answer.</summary>
    private static TimeSpan LongestWait(ProxyState state, string name, IpAddress[] addresses)
    {
        var (longest, isOver) = (TimeSpan.Zero, false);
        var asking = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var began = Stopwatch.GetTimestamp();
                state.Names.Learn(Pod, name, TypeA, addresses, TtlSeconds);
                var took = Stopwatch.GetElapsedTime(began);
                if (took > longest) longest = took;
                Thread.SpinWait(2_000);
            }
        });
        asking.Start();
        state.Names.Sweep();
        Volatile.Write(ref isOver, true);
        asking.Join();
        return longest;
    }

    private static void LearnAll(ProxyState state, string[] names, IpAddress[] addresses)
    {
        for (var n = 0; n < names.Length; n++)
        {
            for (var i = 0; i < addresses.Length; i++) addresses[i] = IpAddress.FromIPv4(0xC612_0000u + (uint)((n * AddressesPerName) + i));
            state.Names.Learn(Pod, names[n], TypeA, addresses, TtlSeconds);
        }
    }

    private static TimeSpan Time(Action work)
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began);
    }

    private static ProxyState Open(DirectoryInfo folder, ModelDatapath datapath, Clock clock)
    {
        var state = new ProxyState(folder.FullName, datapath.Names, clock, NullLogger.Instance);
        var allow = new FeedEntry(0, (byte)IpProtocol.Tcp, 443, 16, (byte)PolicyAction.Allow, 2, 17, null);
        state.Policies.Apply(new FeedUpdate
        {
            Sequence = 1,
            IsWhole = true,
            Policies = [new FeedPolicy { Names = [new FeedNames("*.cdn.test", true, [allow])] }],
            Endpoints = [new FeedEndpoint { Id = Pod, Uid = "u", Addresses = ["192.168.1.5"], EgressTable = 7, Egress = 0 }],
            Rules = [new FeedRule(17, new RuleSet(DecisionBasis.Allow, []))],
        });
        return state;
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
