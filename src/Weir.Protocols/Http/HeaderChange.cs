namespace Weir.Protocols.Http;

/// <summary>A change that is made to a request's header fields when it is passed on.</summary>
/// <param name="Name">The name, a token.</param>
/// <param name="Removes">Whether the fields of this name that are there are left out, also those that an earlier change has added.</param>
/// <param name="Value">The value of a field to add at the end, printable ASCII; null for none.</param>
public readonly record struct HeaderChange(string Name, bool Removes, string? Value)
{
    /// <summary>Whether a later change takes away what one adds.</summary>
    internal static bool IsUndone(ReadOnlySpan<HeaderChange> changes, int index)
    {
        for (var later = index + 1; later < changes.Length; later++)
        {
            if (changes[later].Removes && changes[later].Name.Equals(changes[index].Name, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
