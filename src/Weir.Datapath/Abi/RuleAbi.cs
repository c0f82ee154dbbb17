using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Datapath.Abi;

/// <summary><c>struct rule_key</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RuleKeyAbi
{
    /// <summary>The rule id.</summary>
    public uint Id;

    /// <summary>Which part of the text, from 0.</summary>
    public uint Part;
}

/// <summary><c>struct rule_part</c> of bpf/abi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RulePartAbi
{
    /// <summary>Bytes used of this part.</summary>
    public uint Length;

    /// <summary>Parts of the whole text.</summary>
    public uint Parts;

    /// <summary>UTF-8.</summary>
    public RuleTextAbi Text;
}

/// <summary>The bytes of one part.</summary>
[InlineArray(Bytes)]
internal struct RuleTextAbi
{
    /// <summary><c>RULE_PART_BYTES</c>.</summary>
    public const int Bytes = 240;

    private byte _first;
}
