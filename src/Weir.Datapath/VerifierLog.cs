using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Datapath;

/// <summary>Reads what the kernel's verifier writes.</summary>
internal static partial class VerifierLog
{
    /// <summary>The line that says what is wrong, out of a log that may be megabytes long.</summary>
    /// <remarks>
    /// The kernel ends a rejection like this; the statistics line is not the reason:
    /// <code>
    /// 12: (79) r6 = *(u64 *)(r1 +0)
    /// R1 type=scalar expected=ctx
    /// processed 13 insns (limit 1000000) max_states_per_insn 0
    /// </code>
    /// </remarks>
    public static string LastWords(string log)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.FindLast(lines, line => !line.StartsWith("processed ", StringComparison.Ordinal)) ?? "(no log)";
    }

    /// <summary>How many instructions the verifier walked, and the stack of each function in bytes; 0 and none where the log does not say.</summary>
    /// <remarks>
    /// <code>
    /// stack depth 208+96+0
    /// processed 13 insns (limit 1000000) max_states_per_insn 0
    /// </code>
    /// </remarks>
    public static (int Instructions, IReadOnlyList<int> StackBytes) Statistics(string log)
    {
        var processed = Processed().Match(log);
        var stack = Stack().Match(log);
        return (
            processed.Success ? int.Parse(processed.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0,
            stack.Success ? [.. stack.Groups[1].Value.Split('+').Select(part => int.Parse(part, CultureInfo.InvariantCulture))] : []);
    }

    [GeneratedRegex(@"^processed (\d+) insns", RegexOptions.Multiline)]
    private static partial Regex Processed();

    [GeneratedRegex(@"^stack depth ([\d+]+)", RegexOptions.Multiline)]
    private static partial Regex Stack();
}
