using Weir.Policy.Documents;
using Weir.Policy.Reading;
using Weir.Policy.Rules;

namespace Weir.Policy.Lint;

/// <summary>One document of a file under check.</summary>
internal sealed record LintDocument(string File, int Index, DocumentNode Node, PolicyReading? Reading)
{
    /// <summary>The policy, where it is one that has a meaning.</summary>
    public PolicySpec? Policy => Reading is { HasMeaning: true } ? Reading.Policy : null;

    public Finding Finding(string code, FindingSeverity severity, string path, string message, string mend) =>
        new(code, severity, File, path, message, mend)
        {
            Document = Index,
            Line = LineOf(path),
            Policy = Policy?.Name.Name ?? Node.Find("metadata")?.Find("name")?.Text ?? "",
        };

    /// <summary>The line of the deepest part of a path that is written.</summary>
    private int LineOf(string path)
    {
        var node = Node;
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = step.EndsWith(']') && int.TryParse(step.AsSpan(0, step.Length - 1), out var index)
                ? (index < node.Items.Count ? node.Items[index] : null)
                : node.Find(step);
            if (next is null) break;
            node = next;
        }

        return node.Line;
    }
}
