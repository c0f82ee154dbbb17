using System.Buffers.Binary;
using System.Text;
using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Datapath.Maps;

/// <summary>What a decision table says about names, in short: tables that differ in it are different tables.</summary>
/// <param name="Value">0: nothing.</param>
/// <param name="Bits">Bit n: there are decisions about ports that share n leading bits.</param>
internal readonly record struct NamesDigest(ulong Value, uint Bits)
{
    /// <summary>Digests decisions; rules count by their ids.</summary>
    public static NamesDigest Of(IReadOnlyList<NamedEntries> names, Func<RuleSet, uint> idOf)
    {
        if (names.Count == 0) return default;
        uint bits = 0;
        ulong sum = 0;
        Span<byte> numbers = stackalloc byte[10];
        foreach (var named in names)
        {
            var text = Fnv(14695981039346656037, Encoding.UTF8.GetBytes((named.Names.IsPattern ? "pattern " : "name ") + named.Names.Text));
            foreach (var (key, entry) in named.Entries)
            {
                bits |= 1u << key.PortBits;
                BinaryPrimitives.WriteUInt32LittleEndian(numbers, idOf(entry.Rules));
                BinaryPrimitives.WriteUInt16LittleEndian(numbers[4..], key.Port);
                (numbers[6], numbers[7], numbers[8], numbers[9]) = (key.PortBits, (byte)key.Protocol, (byte)entry.Action, (byte)entry.Match);

                // A sum, so that the order of the entries does not count.
                sum += Fnv(text, numbers);
            }
        }

        return new NamesDigest(Math.Max(sum, 1), bits);
    }

    /// <summary>FNV-1a, 64 bits, finished so that sums of it do not cancel out.</summary>
    private static ulong Fnv(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211;
        return (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9;
    }
}
