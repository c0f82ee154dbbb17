using Weir.Cli.Lab;
using Weir.Lab.Guide;
using Xunit;

namespace Weir.Unit.Cli;

/// <summary>The end of the lab's output tells what did not hold.</summary>
public sealed class LabScreenTests
{
    [Fact]
    public void What_did_not_hold_stands_under_the_sum_once_more()
    {
        var output = new StringWriter { NewLine = "\n" };
        var seen = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"line {i}"));

        new LabScreen(output, "[simulated] ").Sum(
            [new StepResult("a", "First", "true", "x", "x", Pass: true, null), new StepResult("b", "Second", "false", "403", seen, Pass: false, null)],
            "simulated",
            TimeSpan.FromSeconds(2));

        var lines = output.ToString().Split('\n');
        Assert.Contains("[simulated] 1 of 2 steps hold (simulated, 2.0 s)", lines);
        Assert.Contains("[simulated]    FAIL: Second", lines);
        Assert.Contains("[simulated]          line 12", lines);
        Assert.DoesNotContain("[simulated]          line 13", lines);
        Assert.Contains("[simulated]          ... and 8 more lines, above", lines);
        Assert.Contains("[simulated]          403", lines);
        Assert.DoesNotContain(lines, line => line.Contains("First", StringComparison.Ordinal));
    }
}
