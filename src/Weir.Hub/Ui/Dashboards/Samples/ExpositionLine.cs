using System.Globalization;
using System.Text;
using Weir.Hub.Ui.Dashboards.PromQl;

namespace Weir.Hub.Ui.Dashboards.Samples;

/// <summary>Reads a line of Prometheus' text format: <c>name{label="value",…} number [milliseconds]</c>.</summary>
internal static class ExpositionLine
{
    /// <summary>The labels with the metric's name, and the value; null for what is no such line.</summary>
    public static (PromLabels Labels, double Value)? Read(ReadOnlySpan<char> line, string name)
    {
        List<(string, string)> labels = [(PromLabels.Name, name)];
        var rest = line[name.Length..];
        if (rest.StartsWith("{") && !TryLabels(ref rest, labels)) return null;
        rest = rest.Trim();
        var end = rest.IndexOf(' ');
        var number = end < 0 ? rest : rest[..end];
        double value;
        if (number is "+Inf") value = double.PositiveInfinity;
        else if (number is "-Inf") value = double.NegativeInfinity;
        else if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return null;
        return (new PromLabels(labels), value);
    }

    private static bool TryLabels(ref ReadOnlySpan<char> rest, List<(string, string)> labels)
    {
        rest = rest[1..];
        while (!rest.IsEmpty && rest[0] != '}')
        {
            var equals = rest.IndexOf('=');
            if (equals < 0 || equals + 1 >= rest.Length || rest[equals + 1] != '"') return false;
            var label = rest[..equals].Trim().ToString();
            var value = new StringBuilder();
            var at = equals + 2;
            for (; at < rest.Length && rest[at] != '"'; at++)
            {
                if (rest[at] == '\\' && at + 1 < rest.Length) value.Append(rest[++at] == 'n' ? '\n' : rest[at]);
                else value.Append(rest[at]);
            }

            if (at >= rest.Length) return false;
            labels.Add((label, value.ToString()));
            rest = rest[(at + 1)..].TrimStart(", ");
        }

        if (rest.IsEmpty) return false;
        rest = rest[1..];
        return true;
    }
}
