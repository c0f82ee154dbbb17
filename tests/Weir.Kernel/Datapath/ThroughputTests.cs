using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Weir.Kernel.Network;
using Weir.Policy.Compile;
using Xunit;

namespace Weir.Kernel.Datapath;

/// <summary>What the datapath costs, as a ratio to the same two pods without it. Run explicitly; needs iperf3.</summary>
public sealed class ThroughputTests : NodeTests
{
    [Theory(Explicit = true)]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public void A_stream_through_enforced_interfaces_keeps_most_of_its_speed(int rules)
    {
        var entries = Enumerable.Range(0, rules).Select(i => Policies.Tcp((uint)(2000 + i), (ushort)(1000 + (i % 500)), PolicyAction.Allow, "many"));
        Node.Datapath.SetPolicy(2, Policies.Ingress([.. entries, Policies.Tcp(ClientIdentity, 5201, PolicyAction.Allow, "iperf")]));
        Node.Datapath.SetPolicy(1, Policies.Egress(Policies.Tcp(ServerIdentity, 5201, PolicyAction.Allow, "iperf")));
        using var server = Process.Start("ip", $"netns exec {Server.Namespace.Name} iperf3 -s --pidfile /dev/null --logfile /dev/null");
        try
        {
            Assert.True(SpinWait.SpinUntil(() => Client.Connect(Server.IPv4, 5201, 200) is { } up && Close(up), TimeSpan.FromSeconds(5)));
            var (enforced, bare) = (0.0, 0.0);
            for (var round = 0; round < 3; round++)
            {
                enforced += Gigabits();
                Node.Namespace.Run(() => Node.Datapath.Dispose(removeAll: true));
                bare += Gigabits();
                Reattach(rules);
            }

            TestContext.Current.SendDiagnosticMessage(string.Create(
                CultureInfo.InvariantCulture, $"{rules} rules: enforced {enforced / 3:f2} Gbit/s, bare {bare / 3:f2} Gbit/s, ratio {enforced / bare:f3}"));
            Assert.InRange(enforced / bare, 0.8, 10);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
        }
    }

    private void Reattach(int rules)
    {
        Node.Restart();
        foreach (var pod in new[] { Client, Server })
        {
            Node.Namespace.Run(() => Node.Datapath.Attach(pod.Spec));
            Node.Know(pod);
        }

        var entries = Enumerable.Range(0, rules).Select(i => Policies.Tcp((uint)(2000 + i), (ushort)(1000 + (i % 500)), PolicyAction.Allow, "many"));
        Node.Datapath.SetPolicy(2, Policies.Ingress([.. entries, Policies.Tcp(ClientIdentity, 5201, PolicyAction.Allow, "iperf")]));
        Node.Datapath.SetPolicy(1, Policies.Egress(Policies.Tcp(ServerIdentity, 5201, PolicyAction.Allow, "iperf")));
    }

    private double Gigabits()
    {
        var report = Command.Run("ip", $"netns exec {Client.Namespace.Name} iperf3 -c {Server.IPv4} -t 3 -J");
        using var json = JsonDocument.Parse(report);
        return json.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e9;
    }

    private static bool Close(System.Net.Sockets.Socket socket)
    {
        socket.Dispose();
        return true;
    }
}
