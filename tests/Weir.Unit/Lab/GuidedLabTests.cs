using Weir.Lab.Guide;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>What got no answer in time is tried again; what got through, or fails always, is not passed over.</summary>
public sealed class GuidedLabTests
{
    // These steps do nothing in a lab.
    private static readonly LabHands s_none = new()
    {
        ExecAsync = (_, _, _) => throw new NotSupportedException(),
        ApplyAsync = (_, _) => throw new NotSupportedException(),
        DeleteAsync = (_, _) => throw new NotSupportedException(),
        Hubble = null!,
        ClearPoliciesAsync = _ => throw new NotSupportedException(),
        ListPodsAsync = _ => throw new NotSupportedException(),
        ListPoliciesAsync = _ => throw new NotSupportedException(),
        FetchFromOutsideAsync = (_, _) => throw new NotSupportedException(),
        FindFlowAsync = (_, _, _, _) => throw new NotSupportedException(),
        GetAsync = (_, _) => throw new NotSupportedException(),
        AskAsync = (_, _) => throw new NotSupportedException(),
        Dashboards = null!,
        Time = TimeProvider.System,
    };

    [Fact]
    public async Task A_command_that_got_no_answer_is_tried_again_and_the_step_says_so()
    {
        var (result, tries) = await RunAsync(0, new CommandResult("timed out", 1), new CommandResult("open", 0));

        Assert.True(result.Pass);
        Assert.Equal(2, tries);
        Assert.StartsWith("open\n(at try 2 of 3", result.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_gets_through_fails_after_three_tries()
    {
        var (result, tries) = await RunAsync(0, new CommandResult("timed out", 1));

        Assert.False(result.Pass);
        Assert.Equal(3, tries);
        Assert.Equal("timed out\ncommand terminated with exit code 1", result.Seen);
    }

    [Fact]
    public async Task What_should_be_denied_and_gets_through_once_fails_at_once()
    {
        var (result, tries) = await RunAsync(1, new CommandResult("open", 0), new CommandResult("timed out", 1));

        Assert.False(result.Pass);
        Assert.Equal(1, tries);
    }

    private static async Task<(StepResult Result, int Tries)> RunAsync(int expectedExit, params CommandResult[] outcomes)
    {
        var tries = 0;
        var step = new LabStep
        {
            Id = "a",
            Title = "A",
            Command = "true",
            Expected = "",
            RunAsync = (_, _) => Task.FromResult(outcomes[Math.Min(tries++, outcomes.Length - 1)]),
            Holds = seen => seen.ExitCode == expectedExit,
        };
        var results = await new GuidedLab(s_none, TimeProvider.System).RunAsync([step], _ => { }, _ => { }, TestContext.Current.CancellationToken);
        return (Assert.Single(results), tries);
    }
}
