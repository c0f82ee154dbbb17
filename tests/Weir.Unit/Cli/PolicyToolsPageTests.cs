using System.Text.RegularExpressions;
using Weir.Unit.Architecture;
using Xunit;

namespace Weir.Unit.Cli;

/// <summary>What <c>docs/policy-tools.md</c> shows is what happens.</summary>
public sealed partial class PolicyToolsPageTests
{
    public static TheoryData<string, string> Shown { get; } = [.. Blocks().Select(b => (b.Groups["command"].Value, b.Groups["output"].Value))];

    [Theory]
    [MemberData(nameof(Shown))]
    public async Task Every_command_of_the_page_prints_what_the_page_shows(string command, string shown)
    {
        var arguments = Word().Matches(command).Select(w => w.Value.Trim('\'')).Skip(1);
        var (code, output, error) = await WeirProcess.RunAsync(Path.Combine(Repository.Root, "samples", "policy"), arguments, TestContext.Current.CancellationToken);
        Assert.Equal("", error);
        Assert.Equal(shown, output);
        Assert.Equal(command.Contains("slips.yaml", StringComparison.Ordinal) ? 1 : 0, code);
    }

    [Fact]
    public void The_page_shows_each_tool_at_work()
    {
        var tools = Blocks().Select(b => b.Groups["command"].Value.Split(' ')[2]).Distinct();
        Assert.Equal(["check", "test", "explain", "matrix"], tools);
    }

    private static MatchCollection Blocks() =>
        Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "policy-tools.md")));

    [GeneratedRegex(@"```console\n\$ (?<command>weir .*)\n(?<output>(?:.*\n)*?)```")]
    private static partial Regex Block();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();
}
