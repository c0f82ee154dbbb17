namespace Weir.Hub.Ui.Filters;

/// <summary>One condition of a filter, as it was written: <c>!from:pod=pets/store-front,pets/web</c>.</summary>
/// <param name="IsNegated">Whether it excludes.</param>
/// <param name="Side">Whose property is meant.</param>
/// <param name="Key">Which property.</param>
/// <param name="Values">Any of these.</param>
/// <param name="Start">Where it begins in the text, in characters.</param>
/// <param name="Length">How long it is.</param>
internal sealed record FilterTerm(bool IsNegated, FilterSide Side, FilterKey Key, IReadOnlyList<FilterValue> Values, int Start, int Length);

/// <summary>A value of a condition, and where it stands.</summary>
/// <param name="Text">The value, without quotes.</param>
/// <param name="Start">Where it begins in the text, in characters.</param>
/// <param name="Length">How long it is there.</param>
internal readonly record struct FilterValue(string Text, int Start, int Length);

/// <summary>Whose property a condition is about.</summary>
internal enum FilterSide
{
    /// <summary>Of the sender or the receiver.</summary>
    Either,

    /// <summary>Of the sender.</summary>
    From,

    /// <summary>Of the receiver.</summary>
    To,
}
