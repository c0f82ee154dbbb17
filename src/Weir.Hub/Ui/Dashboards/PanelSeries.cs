using Weir.Hub.Ui.Dashboards.PromQl;

namespace Weir.Hub.Ui.Dashboards;

/// <summary>A line, bar or cell of a panel.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Points">Seconds since 1970 and values.</param>
internal sealed record PanelSeries(string Name, IReadOnlyList<(string Name, string Value)> Labels, IReadOnlyList<(double Time, double Value)> Points)
{
    /// <summary>Names a series by a legend.</summary>
    public static PanelSeries Of(PromLabels labels, IReadOnlyList<(double, double)> points, string legend)
    {
        var plain = labels.WithoutName();
        var name = legend.Length == 0 ? string.Join(", ", plain.All.Select(l => $"{l.Name}={l.Value}")) : legend;
        foreach (var (label, value) in labels.All) name = name.Replace($"{{{{{label}}}}}", value, StringComparison.Ordinal);

        // A label that the series lacks is nothing.
        while (name.IndexOf("{{", StringComparison.Ordinal) is var open and >= 0 && name.IndexOf("}}", open, StringComparison.Ordinal) is var close and > 0) name = name.Remove(open, close + 2 - open);
        return new PanelSeries(name.Trim(), plain.All, points);
    }
}
