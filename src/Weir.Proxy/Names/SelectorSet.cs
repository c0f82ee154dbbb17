namespace Weir.Proxy.Names;

/// <summary>The selectors that mean a name, or all names of an address: what the datapath knows by a number.</summary>
internal sealed class SelectorSet(uint id, int[] selectors)
{
    /// <summary>No selector: such addresses are not in the datapath's table at all.</summary>
    public static SelectorSet None { get; } = new(0, []);

    /// <summary>The number, never used twice by one process; 0 for <see cref="None"/>.</summary>
    public uint Id { get; } = id;

    /// <summary>The selectors' numbers, ascending.</summary>
    public int[] Selectors { get; } = selectors;

    /// <summary>Whether this has every selector of another set.</summary>
    public bool Covers(SelectorSet other)
    {
        if (other == this) return true;
        foreach (var selector in other.Selectors)
            if (Array.BinarySearch(Selectors, selector) < 0) return false;
        return true;
    }

    /// <summary>How many names and addresses have it; without any it is forgotten at the next sweep.</summary>
    public int Uses { get; private set; }

    /// <summary>Lets a name or an address have another set than before.</summary>
    /// <returns>The one that it has now.</returns>
    public static SelectorSet Swap(SelectorSet before, SelectorSet after)
    {
        if (before.Id != 0) before.Uses--;
        if (after.Id != 0) after.Uses++;
        return after;
    }

    /// <summary>Whether every decision about it is in the datapath. Where not, no address may get it.</summary>
    public bool IsWritten { get; set; }
}
