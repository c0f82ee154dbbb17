namespace Weir.Datapath.Model;

/// <summary><c>CONNECTION_*</c> of bpf/abi.h.</summary>
[Flags]
internal enum ConnectionMarks : ushort
{
    None = 0,
    OpenerIsSource = 0x0001,
    Replied = 0x0002,
    FinOpener = 0x0004,
    FinReply = 0x0008,
    Rst = 0x0010,
    Ended = 0x0020,
    Redirected = 0x0040,
    Denied = 0x0080,
    Translated = 0x0100,
    Hairpin = 0x0200,
    Upstream = 0x0400,
}
