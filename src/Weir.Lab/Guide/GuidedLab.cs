using Weir.Observe.Printing;

namespace Weir.Lab.Guide;

/// <summary>Walks the steps one after the other.</summary>
/// <param name="hands">The lab.</param>
/// <param name="time">The clock that flows are looked up by.</param>
public sealed class GuidedLab(LabHands hands, TimeProvider time)
{
    // The lab's commands wait a second or two, which a busy machine can need for itself. What let something through is never tried again.
    private const int MostTries = 3;

    private static readonly CompactPrinter _printer = new(new PrintOptions { PrintPolicyNames = true, PrintNode = true, PrintRule = true });

    /// <summary>Runs <paramref name="steps"/>; each result is given to <paramref name="done"/> as soon as it is known.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="starting">Called before a step.</param>
    /// <param name="done">Called after it.</param>
    /// <param name="cancellation">Stops between steps, or inside one.</param>
    public async Task<IReadOnlyList<StepResult>> RunAsync(
        IReadOnlyList<LabStep> steps, Action<LabStep> starting, Action<StepResult> done, CancellationToken cancellation)
    {
        var results = new List<StepResult>();
        foreach (var step in steps)
        {
            starting(step);
            var result = await RunOneAsync(step, cancellation);
            results.Add(result);
            done(result);
        }

        return results;
    }

    private async Task<StepResult> RunOneAsync(LabStep step, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var (result, hasPassed) = await TryAsync(step, cancellation);
            if (result.Pass && tries > 1) return result with { Seen = $"{result.Seen}\n(at try {tries} of {MostTries}: before, no answer came in the time that the command waits)" };
            if (result.Pass || hasPassed || tries == MostTries) return result;
        }
    }

    /// <returns>How it went, and whether the command got through: that is not for want of time.</returns>
    private async Task<(StepResult Result, bool HasPassed)> TryAsync(LabStep step, CancellationToken cancellation)
    {
        var since = time.GetUtcNow();
        CommandResult seen;
        try
        {
            seen = await step.RunAsync(hands, cancellation);
        }
        catch (LabException e)
        {
            return (new StepResult(step.Id, step.Title, step.Command, step.Expected, e.Message, Pass: false, Flow: null), false);
        }

        string? line = null;
        var pass = step.Holds(seen);
        if (step.Proof is { } proof)
        {
            var flow = await hands.FindFlowAsync(proof.Filter, proof.Holds, since, cancellation);
            line = flow is null ? null : _printer.Line(flow);
            pass &= flow is not null;
        }

        var text = seen.ExitCode == 0 ? seen.Output : $"{seen.Output}\ncommand terminated with exit code {seen.ExitCode}".TrimStart('\n');
        return (new StepResult(step.Id, step.Title, step.Command, step.Expected, text, pass, line), seen.ExitCode == 0);
    }
}
