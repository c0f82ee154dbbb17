namespace Weir.Policy.Compile;

/// <summary>What the <c>headerMatches</c> of the rules that fit a request want done to its headers. Made once and filled many times; one thread.</summary>
public sealed class HeaderEdits
{
    private readonly List<HeaderEdit> _edits = [];

    /// <summary>How many there are.</summary>
    public int Count => _edits.Count;

    /// <summary>The edits, to be made in their order.</summary>
    public HeaderEdit this[int index] => _edits[index];

    /// <summary>Forgets them, for the next request.</summary>
    public void Clear() => _edits.Clear();

    /// <summary>What a header has when the edits are made; null for no such header.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="value">What the request as sent has.</param>
    public string? Apply(string name, string? value)
    {
        foreach (var edit in _edits)
        {
            if (!edit.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            value = edit.Kind switch
            {
                HeaderEditKind.Add => value is null ? edit.Value : $"{value},{edit.Value}",
                HeaderEditKind.Replace => edit.Value,
                HeaderEditKind.Delete => null,
                _ => value,
            };
        }

        return value;
    }

    internal void Add(HeaderEdit edit) => _edits.Add(edit);
}

/// <summary>What is done where a header differs from what a rule wants.</summary>
public enum HeaderEditKind
{
    /// <summary>Nothing but a line in the log.</summary>
    Log,

    /// <summary>The header is added, beside those of its name.</summary>
    Add,

    /// <summary>All headers of its name are taken away.</summary>
    Delete,

    /// <summary>All headers of its name make room for one with the value that is wanted.</summary>
    Replace,
}

/// <summary>One edit.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Name">The header's name as the rule has it.</param>
/// <param name="Value">The value that the rule wants.</param>
public readonly record struct HeaderEdit(HeaderEditKind Kind, string Name, string Value);
