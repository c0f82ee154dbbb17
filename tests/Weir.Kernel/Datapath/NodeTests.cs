using Weir.Kernel.Network;

namespace Weir.Kernel.Datapath;

/// <summary>What kernel tests of one node start from: the outside, a node and two pods with open policies.</summary>
public abstract class NodeTests : IDisposable
{
    internal const uint ClientIdentity = 1001, ServerIdentity = 1002;

    private protected NodeTests()
    {
        Privilege.Require();
        try
        {
            Bpffs = new BpfFileSystem();
            World = new TestWorld();
            Node = new TestNode(1, World, Bpffs);
            Client = Node.AddPod(1, 5, ClientIdentity);
            Server = Node.AddPod(2, 6, ServerIdentity);
        }
        catch
        {
            Dispose(); // nobody disposes what could not be made
            throw;
        }
    }

    public static Xunit.TheoryData<bool> Families => [false, true];

    private protected BpfFileSystem Bpffs { get; }

    private protected TestWorld World { get; }

    private protected TestNode Node { get; }

    private protected TestPod Client { get; }

    private protected TestPod Server { get; }

    public virtual void Dispose()
    {
        Node?.Dispose();
        World?.Dispose();
        Bpffs?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static string Address(TestPod pod, bool ipv6) => ipv6 ? pod.IPv6 : pod.IPv4;
}
