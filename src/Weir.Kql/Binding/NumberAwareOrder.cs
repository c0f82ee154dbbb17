using System.Text.RegularExpressions;

namespace Weir.Kql.Binding;

/// <summary>Orders names so that digits count as numbers: a2 before a10.</summary>
internal sealed partial class NumberAwareOrder : IComparer<string>
{
    public static readonly NumberAwareOrder Instance = new();

    public int Compare(string? x, string? y) => string.CompareOrdinal(Key(x), Key(y));

    private static string Key(string? text) => Digits().Replace(text ?? "", m => m.Value.PadLeft(20, '0'));

    [GeneratedRegex("[0-9]{1,20}", RegexOptions.NonBacktracking)]
    private static partial Regex Digits();
}
