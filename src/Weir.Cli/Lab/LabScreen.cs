using System.Globalization;
using Weir.Lab.Guide;

namespace Weir.Cli.Lab;

/// <summary>Shows what the lab does: plain lines, with colours where a person watches.</summary>
/// <param name="output">Where to.</param>
/// <param name="label">What every line begins with, so that none is taken for what it is not; empty for none.</param>
internal sealed class LabScreen(TextWriter output, string label = "") : IProgress<string>
{
    private const int ShownAgain = 12;

    private readonly bool _colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>Shows one step of the set-up.</summary>
    public void Report(string value) => Write(Paint("2", $"   {value}"));

    /// <summary>Shows a heading.</summary>
    public void Head(string text) => Write($"{Environment.NewLine}{Paint("1", text)}");

    /// <summary>Shows a line.</summary>
    public void Line(string text) => Write(text);

    /// <summary>Shows what is about to be run.</summary>
    public void Start(LabStep step) => Write($"{Environment.NewLine}{Paint("1", step.Title)}{Environment.NewLine}   $ {step.Command}");

    /// <summary>Shows how it went.</summary>
    public void Done(StepResult result)
    {
        foreach (var line in result.Seen.Split('\n')) Write($"   {line}");
        if (result.Flow is not null) Write(Paint("36", $"   flow: {result.Flow}"));
        if (result.Pass)
        {
            Write(Paint("32", "   pass"));
            return;
        }

        Write(Paint("31", "   FAIL, expected:"));
        foreach (var line in result.Expected.Split('\n')) Write($"      {line}");
        if (result.Flow is null) Write("      and a flow that proves it");
    }

    /// <summary>Shows the sum, and under it what did not hold once more: it is far above by then.</summary>
    public void Sum(IReadOnlyList<StepResult> results, string datapath, TimeSpan took)
    {
        var passed = results.Count(r => r.Pass);
        var text = string.Create(CultureInfo.InvariantCulture, $"{passed} of {results.Count} steps hold ({datapath}, {took.TotalSeconds:0.0} s)");
        Write($"{Environment.NewLine}{Paint(passed == results.Count ? "32" : "31", text)}");
        foreach (var result in results.Where(r => !r.Pass))
        {
            Write(Paint("31", $"   FAIL: {result.Title}"));
            Again("seen", result.Seen);
            Again("expected", result.Expected);
            if (result.Flow is null) Write("      no flow that proves it");
        }
    }

    /// <summary>The same screen with another label.</summary>
    public LabScreen Labelled(string other) => new(output, other);

    private void Again(string what, string text)
    {
        var lines = text.Split('\n');
        Write($"      {what}:");
        foreach (var line in lines.Take(ShownAgain)) Write($"         {line}");
        if (lines.Length > ShownAgain) Write($"         ... and {lines.Length - ShownAgain} more lines, above");
    }

    private void Write(string text)
    {
        foreach (var line in text.Split('\n')) output.WriteLine($"{label}{line.TrimEnd('\r')}");
    }

    private string Paint(string code, string text) => _colours ? $"\e[{code}m{text}\e[0m" : text;
}
