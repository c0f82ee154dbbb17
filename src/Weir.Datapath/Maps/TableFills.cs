using Weir.Datapath.Interop;

namespace Weir.Datapath.Maps;

/// <summary>Counts the entries of the kernel's tables, key by key: the kernel keeps no count of its own.</summary>
internal static unsafe class TableFills
{
    private const uint Hash = 1, PerCpuHash = 5, LruHash = 9, LpmTrie = 11;
    private const int LongestKey = 256;

    /// <summary>The fill of a map; null for one that is no table, or always full (arrays).</summary>
    public static TableFill? Of(string name, int map)
    {
        var info = stackalloc uint[20]; // struct bpf_map_info: type, id, key_size, value_size, max_entries, ...
        if (BpfSystem.Info(map, info, 80) != 0) return null;
        var (type, keyBytes, capacity) = (info[0], info[2], info[4]);
        if (type is not (Hash or PerCpuHash or LruHash or LpmTrie) || keyBytes > LongestKey) return null;
        return new TableFill(name, Count(map, capacity), capacity);
    }

    // An entry that is taken out while it is the one reached sends the walk back to the start: hence the bound.
    private static long Count(int map, uint capacity)
    {
        byte* one = stackalloc byte[LongestKey], other = stackalloc byte[LongestKey];
        long count = 0;
        var errno = BpfSystem.GetNextKey(map, null, one);
        while (errno == 0 && count < capacity)
        {
            count++;
            errno = BpfSystem.GetNextKey(map, one, other);
            var reached = other;
            other = one;
            one = reached;
        }

        return count;
    }
}
