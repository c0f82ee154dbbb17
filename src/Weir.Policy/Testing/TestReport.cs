using System.Globalization;
using System.Security;
using System.Text;

namespace Weir.Policy.Testing;

/// <summary>How a run of policy tests ended.</summary>
/// <param name="Results">Every test, in order.</param>
public sealed record TestReport(IReadOnlyList<CaseResult> Results)
{
    /// <summary>How many passed.</summary>
    public int Passed => Results.Count(r => r.Passed);

    /// <summary>How many failed.</summary>
    public int Failed => Results.Count - Passed;

    /// <summary>0 where all passed, else 1.</summary>
    public int ExitCode => Failed == 0 ? 0 : 1;

    /// <summary>Judges the cases of a file.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="read">Gives the text of a policy file by the path that the test file writes.</param>
    public static IReadOnlyList<CaseResult> Judge(string file, string text, Func<string, string> read)
    {
        var judge = new CaseJudge();
        try
        {
            return [.. TestFile.Cases(text, read).Select(c => judge.Judge(c) with { File = file })];
        }
        catch (FormatException e)
        {
            return [new CaseResult(file, [e.Message]) { File = file }];
        }
    }

    /// <summary>The failures and the closing line <c>N passed, N failed</c>.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var result in Results)
        {
            if (result.Passed) continue;
            text.Append(CultureInfo.InvariantCulture, $"FAILED {result.File}: {result.Id}\n");
            foreach (var mismatch in result.Mismatches) text.Append(CultureInfo.InvariantCulture, $"  {mismatch}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed\n");
        return text.ToString();
    }

    /// <summary>The run in the form that CI systems read.</summary>
    public string ToJUnit()
    {
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.Append(CultureInfo.InvariantCulture, $"<testsuites tests=\"{Results.Count}\" failures=\"{Failed}\">\n");
        foreach (var file in Results.GroupBy(r => r.File))
        {
            xml.Append(CultureInfo.InvariantCulture, $"  <testsuite name=\"{Escape(file.Key)}\" tests=\"{file.Count()}\" failures=\"{file.Count(r => !r.Passed)}\">\n");
            foreach (var result in file)
            {
                xml.Append(CultureInfo.InvariantCulture, $"    <testcase name=\"{Escape(result.Id)}\" classname=\"{Escape(file.Key)}\"");
                if (result.Passed) xml.Append("/>\n");
                else xml.Append(CultureInfo.InvariantCulture, $"><failure message=\"{Escape(result.Mismatches[0])}\">{Escape(string.Join('\n', result.Mismatches))}</failure></testcase>\n");
            }

            xml.Append("  </testsuite>\n");
        }

        return xml.Append("</testsuites>\n").ToString();
    }

    // XML has no way to write most control characters.
    private static string Escape(string text) =>
        SecurityElement.Escape(new string([.. text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c)])) ?? "";
}
