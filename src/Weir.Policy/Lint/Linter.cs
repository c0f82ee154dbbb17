using Weir.Policy.Documents;
using Weir.Policy.Lint.Rules;
using Weir.Policy.Reading;

namespace Weir.Policy.Lint;

/// <summary>Checks files of policies: validates each, and looks for the traps that valid policies fall into.</summary>
public static class Linter
{
    private static readonly LintRule[] Rules =
    [
        new EmptyListRule(), new SelectsNothingRule(), new UnaskableNameRule(), new SearchSuffixRule(), new VoidL7Rule(), new ReplacedPolicyRule(),
        new AskAnythingRule(), new QueryStringRule(), new CoveredRule(), new ForgottenDnsRule(), new OnlyDnsRule(), new UnmatchedFilterRule(), new ReliesOnOtherRule(),
    ];

    /// <summary>Checks files together, as if all of them were applied.</summary>
    public static LintReport Check(IReadOnlyList<TextFile> files, LintOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        options ??= new LintOptions();
        List<Finding> findings = [];
        List<(TextFile File, int Index, DocumentNode Node)> parsed = [];
        foreach (var file in files)
        {
            List<PolicyProblem> faults = [];
            var index = 0;
            foreach (var document in YamlNodes.Read(file.Text, faults))
            {
                parsed.AddRange(DocumentNodes.Flatten(document).Select(d => (file, index, d)));
                index++;
            }

            findings.AddRange(faults.Select(f => new Finding("WP001", FindingSeverity.Error, file.File, "", f.Message, "Correct the text; a YAML checker shows the place.") { Line = f.Line, Document = index }));
        }

        var space = options.Namespace ?? OnlyNamespace(parsed.Select(p => p.Node)) ?? "default";
        var homes = WorkloadReader.Namespaces(parsed.Select(p => p.Node));
        List<LintDocument> documents = [];
        List<KnownPod> pods = [.. options.Pods];
        foreach (var (file, index, node) in parsed)
        {
            var reading = PolicyReader.IsPolicy(node) ? PolicyReader.Read(node, space) : null;
            var document = new LintDocument(file.File, index, node, reading);
            documents.Add(document);
            pods.AddRange(WorkloadReader.Read(node, space, homes));
            foreach (var problem in reading?.Problems ?? []) findings.Add(Problem(document, problem));
        }

        if (pods.Count > 0 && !pods.Exists(p => p.Namespace == "kube-system")) pods.Add(WorkloadReader.ClusterDns);
        var context = new LintContext(documents, pods);
        foreach (var rule in Rules) findings.AddRange(rule.Check(context));
        return new LintReport([.. findings.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Document).ThenBy(f => f.Line).ThenBy(f => f.Code, StringComparer.Ordinal)]);
    }

    private static Finding Problem(LintDocument document, PolicyProblem problem) => problem.Kind switch
    {
        ProblemKind.Schema => document.Finding("WP002", FindingSeverity.Error, problem.Path, problem.Message, "Correct the field; the API server refuses the object as it is.") with { Line = problem.Line },
        ProblemKind.Unsupported => document.Finding("WP003", FindingSeverity.Error, problem.Path, problem.Message, "The API refuses what Weir would not enforce; nothing is silently ignored.") with { Line = problem.Line },
        _ => document.Finding("WP001", FindingSeverity.Error, problem.Path, problem.Message, "Correct the field; the policy is refused as it is.") with { Line = problem.Line },
    };

    /// <summary>The one namespace that documents name; null where they name none or several.</summary>
    private static string? OnlyNamespace(IEnumerable<DocumentNode> documents)
    {
        var named = documents.Select(d => d.Find("metadata")?.Find("namespace")?.Text).Where(n => !string.IsNullOrEmpty(n) && n != "kube-system").Distinct().Take(2).ToList();
        return named.Count == 1 ? named[0] : null;
    }
}
