using System.CommandLine;
using Weir.Policy.Testing;

namespace Weir.Cli.Policy;

/// <summary><c>weir policy test</c>: unit tests of policies.</summary>
internal static class TestCommand
{
    private static readonly Argument<string[]> _files = new("FILE") { Description = "Test files, YAML or JSON Lines, folders of them, or - for standard input", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> _batch = new("--batch") { Description = "Print an answer for each case instead of judging it, as JSON Lines" };
    private static readonly Option<string?> _junit = new("--junit") { Description = "Write the results to this file too, as JUnit XML" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("test", "Run unit tests of policies: flows with the verdict that they should get") { _files, _batch, _junit };
        ExampleHelp.AddTo(command, "weir policy test shop-test.yaml --junit results.xml", "weir policy test cases.jsonl --batch");
        command.SetAction((parsed, _) => PolicyCommand.RunAsync(parsed, () => RunAsync(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(_batch) && parsed.GetValue(_junit) is not null) throw new UsageException("--batch judges nothing, so there are no results for --junit; give one of them.");
        var files = PolicyFiles.Read(parsed.GetRequiredValue(_files), ".jsonl");
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_batch))
        {
            var judge = new CaseJudge();
            foreach (var file in files)
            {
                foreach (var line in CasesOf(file.File, file.Text)) await output.WriteAsync(judge.Answer(line) + "\n");
            }

            return 0;
        }

        var report = new TestReport([.. files.SelectMany(f => TestReport.Judge(f.File, f.Text, path => ReadBeside(f.File, path)))]);
        await output.WriteAsync(report.ToText());
        if (parsed.GetValue(_junit) is { } junit) await WriteAsync(junit, report.ToJUnit());
        return report.ExitCode;
    }

    private static IEnumerable<string> CasesOf(string file, string text)
    {
        try
        {
            return TestFile.Cases(text, path => ReadBeside(file, path));
        }
        catch (FormatException e)
        {
            throw new UsageException($"{file}: {e.Message}");
        }
    }

    // A test names its policies from where it stands, so that it can be run from anywhere.
    private static string ReadBeside(string file, string path) =>
        PolicyFiles.ReadText(Path.Combine(file == "-" ? "" : Path.GetDirectoryName(file) ?? "", path));

    private static async Task WriteAsync(string path, string text)
    {
        try
        {
            await File.WriteAllTextAsync(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--junit: {path} cannot be written: {e.Message.TrimEnd('.')}.");
        }
    }
}
