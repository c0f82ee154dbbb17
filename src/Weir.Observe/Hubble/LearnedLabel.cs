using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Weir.Model;

namespace Weir.Observe.Hubble;

/// <summary>
/// When and by which query a name was learned, as a label of the end that it names: <c>weir:learned=NAME,TIME,TYPE</c>, time ISO 8601 in UTC.
/// Hubble has no field for it; a label of our own source is shown and kept by every client.
/// </summary>
internal static class LearnedLabel
{
    private const string Prefix = "weir:learned=", TimeForm = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>The label of a name.</summary>
    public static string Of(LearnedName name) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{name.Name},{DateTimeOffset.UnixEpoch.AddTicks(name.TimeNanoseconds / 100).UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)},{name.QueryType}");

    /// <summary>Reads such a label; false for any other.</summary>
    public static bool TryRead(string label, [NotNullWhen(true)] out LearnedName? name)
    {
        name = null;
        if (!label.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (label[Prefix.Length..].Split(',') is not [var text, var when, var type]) return false;
        if (!DateTimeOffset.TryParseExact(when, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return false;
        name = new LearnedName(text, (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100, type);
        return true;
    }
}
