using Xunit;

namespace Weir.Unit.Architecture;

/// <summary>What the house looks like: sizes, words, and what no file says.</summary>
public sealed class HouseTests
{
    private const int MostLines = 400;

    [Fact]
    public void No_source_file_is_too_long_to_read_at_one_sitting() => Assert.Empty(
        from file in Repository.Sources("src").Concat(Repository.Sources("tests")).Concat(KernelSources())
        let lines = File.ReadLines(file).Count()
        where lines > MostLines
        select $"{Repository.Relative(file)} has {lines} lines: split it by what it is about");

    [Fact]
    public void Every_project_says_in_its_README_what_it_is() => Assert.Empty(
        from project in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
        where !File.Exists(Path.Combine(project, "README.md"))
        select $"{Repository.Relative(project)} has no README.md");

    [Fact]
    public void Kernel_code_names_its_licence() => Assert.Empty(
        from file in KernelSources()
        where !File.ReadLines(file).First().Contains("SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)", StringComparison.Ordinal)
        select $"{Repository.Relative(file)} does not begin with its SPDX line");

    [Fact]
    public void Every_name_in_backticks_in_ARCHITECTURE_exists()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        var paths = System.Text.RegularExpressions.Regex.Matches(text, "`((?:src|bpf|tests|docs|proto|samples|bench|fuzz|eng)/[^` *]+)`")
            .Select(m => m.Groups[1].Value)
            .Distinct();

        Assert.DoesNotContain(paths, p => !Path.Exists(Path.Combine(Repository.Root, p)));
    }

    private static IEnumerable<string> KernelSources() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "bpf")).Where(f => f.EndsWith(".c", StringComparison.Ordinal) || f.EndsWith(".h", StringComparison.Ordinal));
}
