using Weir.Datapath.Interop;

namespace Weir.Datapath.Programs;

/// <summary>Puts programs on the tc hooks of interfaces: by tcx links, pinned, or through a clsact qdisc where the kernel has none.</summary>
/// <remarks>Interfaces are those of the network namespace that the calling thread is in.</remarks>
internal sealed unsafe class Attachment(PinFolder pins)
{
    /// <summary>Attaches a program, or puts it atomically in the place of the one that the pinned link has.</summary>
    /// <param name="name">The link's name among the pins.</param>
    /// <param name="program">The program.</param>
    /// <param name="ifindex">The interface.</param>
    /// <param name="ingress">Whether packets that the interface receives are meant, else those that it sends.</param>
    /// <exception cref="DatapathException">The kernel refused.</exception>
    public void Put(string name, BpfHandle program, uint ifindex, bool ingress)
    {
        var pin = pins.Link(name);
        if (BpfSystem.Open(pin, out var old) == 0)
        {
            using (old)
            {
                if (InterfaceOf(old) == ifindex && BpfSystem.UpdateLink(old.Fd, program.Fd) == 0) return;
                _ = BpfSystem.DetachLink(old.Fd);
            }

            File.Delete(pin);
        }

        var errno = BpfSystem.AttachTcx(program.Fd, ifindex, ingress, out var link);
        using (link)
        {
            if (errno == 0)
            {
                errno = BpfSystem.Pin(link.Fd, pin);
                if (errno == 0) return;
                throw new DatapathException($"The kernel refused to pin a link as '{pin}' ({ErrnoName.Of(errno)}).", errno);
            }
        }

        if (Environment.OSVersion.Version >= KernelFeature.Tcx.Since)
            throw new DatapathException($"The kernel refused to attach to interface {ifindex} ({ErrnoName.Of(errno)}). It needs CAP_NET_ADMIN, and the interface in this network namespace.", errno);
        PutOnClsact(program, ifindex, ingress);
    }

    /// <summary>Takes a program off its hook; nothing happens where there is none.</summary>
    public void Remove(string name, uint ifindex, bool ingress)
    {
        var pin = pins.Link(name);
        if (BpfSystem.Open(pin, out var link) == 0)
        {
            using (link) _ = BpfSystem.DetachLink(link.Fd);
            File.Delete(pin);
            return;
        }

        if (ifindex == 0 || Environment.OSVersion.Version >= KernelFeature.Tcx.Since) return;
        var hook = Hook(ifindex, ingress);
        var options = new LibBpf.TcOptions { Size = (nuint)sizeof(LibBpf.TcOptions), Handle = 1, Priority = 1 };
        _ = LibBpf.TcDetach(&hook, &options);
    }

    internal static void PutOnClsact(BpfHandle program, uint ifindex, bool ingress)
    {
        const uint Replace = 1;
        var hook = Hook(ifindex, ingress);
        var errno = -LibBpf.TcHookCreate(&hook);
        if (errno is 0 or ErrnoName.Exists)
        {
            var options = new LibBpf.TcOptions
            {
                Size = (nuint)sizeof(LibBpf.TcOptions),
                ProgramFd = program.Fd,
                Flags = Replace,
                Handle = 1,
                Priority = 1,
            };
            errno = -LibBpf.TcAttach(&hook, &options);
        }

        if (errno != 0)
            throw new DatapathException($"The kernel refused a clsact filter on interface {ifindex} ({ErrnoName.Of(errno)}). It needs CAP_NET_ADMIN.", errno);
    }

    private static LibBpf.TcHook Hook(uint ifindex, bool ingress) =>
        new() { Size = (nuint)sizeof(LibBpf.TcHook), Ifindex = (int)ifindex, AttachPoint = ingress ? 1u : 2u };

    /// <summary>The interface of a tcx link; 0 where it is gone.</summary>
    private static uint InterfaceOf(BpfHandle link)
    {
        var info = stackalloc uint[16]; // struct bpf_link_info: type, id, prog_id, hole, then of tcx: ifindex, attach_type
        new Span<uint>(info, 16).Clear();
        return BpfSystem.Info(link.Fd, info, 64) == 0 ? info[4] : 0;
    }
}
