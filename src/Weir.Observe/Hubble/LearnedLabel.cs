using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Weir.Model;

namespace Weir.Observe.Hubble;

/// <summary>
/// When and by which query a name was learned, as a label of the end that it names: <c>weir:learned=NAME,TIME,TYPE</c>, time ISO 8601 in UTC to the nanosecond.
/// Hubble has no field for it; a label of our own source is shown and kept by every client.
/// </summary>
internal static class LearnedLabel
{
    private const string Prefix = "weir:learned=", TimeForm = "yyyy-MM-ddTHH:mm:ss";
    private const long Second = 1_000_000_000;
    private const int Digits = 9;

    /// <summary>The label of a name.</summary>
    public static string Of(LearnedName name)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(name.TimeNanoseconds / Second).ToString(TimeForm, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{name.Name},{second}.{name.TimeNanoseconds % Second:D9}Z,{name.QueryType}");
    }

    /// <summary>Reads such a label; false for any other.</summary>
    public static bool TryRead(string label, [NotNullWhen(true)] out LearnedName? name)
    {
        name = null;
        if (!label.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (label[Prefix.Length..].Split(',') is not [var text, var when, var type]) return false;
        if (when.TrimEnd('Z').Split('.') is not [var whole, { Length: > 0 and <= Digits } fraction]) return false;
        if (!DateTimeOffset.TryParseExact(whole, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var second)) return false;
        if (!long.TryParse(fraction.PadRight(Digits, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)) return false;
        name = new LearnedName(text, (second.ToUnixTimeSeconds() * Second) + nanoseconds, type);
        return true;
    }
}
