using System.Globalization;
using Weir.Lab.Guide;

namespace Weir.Cli.Lab;

/// <summary>Shows what the lab does: plain lines, with colours where a person watches.</summary>
internal sealed class LabScreen(TextWriter output) : IProgress<string>
{
    private readonly bool _colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    /// <summary>Shows one step of the set-up.</summary>
    public void Report(string value) => output.WriteLine(Paint("2", $"   {value}"));

    /// <summary>Shows a heading.</summary>
    public void Head(string text) => output.WriteLine($"{Environment.NewLine}{Paint("1", text)}");

    /// <summary>Shows a line.</summary>
    public void Line(string text) => output.WriteLine(text);

    /// <summary>Shows what is about to be run.</summary>
    public void Start(LabStep step) => output.WriteLine($"{Environment.NewLine}{Paint("1", step.Title)}{Environment.NewLine}   $ {step.Command}");

    /// <summary>Shows how it went.</summary>
    public void Done(StepResult result)
    {
        foreach (var line in result.Seen.Split('\n')) output.WriteLine($"   {line}");
        if (result.Flow is not null) output.WriteLine(Paint("36", $"   flow: {result.Flow}"));
        if (result.Pass)
        {
            output.WriteLine(Paint("32", "   pass"));
            return;
        }

        output.WriteLine(Paint("31", "   FAIL, expected:"));
        foreach (var line in result.Expected.Split('\n')) output.WriteLine($"      {line}");
        if (result.Flow is null) output.WriteLine("      and a flow that proves it");
    }

    /// <summary>Shows the sum.</summary>
    public void Sum(IReadOnlyList<StepResult> results, string datapath, TimeSpan took)
    {
        var passed = results.Count(r => r.Pass);
        var text = string.Create(CultureInfo.InvariantCulture, $"{passed} of {results.Count} steps hold ({datapath}, {took.TotalSeconds:0.0} s)");
        output.WriteLine($"{Environment.NewLine}{Paint(passed == results.Count ? "32" : "31", text)}");
    }

    private string Paint(string code, string text) => _colours ? $"\e[{code}m{text}\e[0m" : text;
}
