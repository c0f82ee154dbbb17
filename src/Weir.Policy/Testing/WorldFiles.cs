using Weir.Policy.Compile;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Weir.Policy.Reading;
using Weir.Policy.Rules;

namespace Weir.Policy.Testing;

/// <summary>Makes a world of files: their policies, and the pods that their workloads make.</summary>
/// <param name="World">The world. Endpoints are named <c>namespace/workload</c>.</param>
/// <param name="Places">The file of each policy.</param>
/// <param name="Problems">What kept documents out of the world.</param>
public sealed record WorldFiles(CaseWorld World, IReadOnlyDictionary<PolicyName, string> Places, IReadOnlyList<PolicyProblem> Problems)
{
    /// <summary>Reads files in order: of policies with the same name the last one counts, as when they are applied.</summary>
    /// <param name="files">The files.</param>
    /// <param name="ns">The namespace of documents that name none.</param>
    /// <param name="pods">Pods that are known otherwise.</param>
    /// <param name="configuration">What the meaning depends on besides.</param>
    public static WorldFiles Read(IEnumerable<TextFile> files, string ns = "default", IEnumerable<KnownPod>? pods = null, PolicyConfiguration? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        SortedDictionary<PolicyName, PolicySpec> policies = new(PolicyName.Order);
        Dictionary<PolicyName, string> places = [];
        List<PolicyProblem> problems = [];
        List<KnownPod> known = [.. pods ?? []];
        List<(string File, DocumentNode Node)> documents = [];
        foreach (var file in files)
        {
            List<PolicyProblem> faults = [];
            documents.AddRange(YamlNodes.Read(file.Text, faults).SelectMany(DocumentNodes.Flatten).Select(d => (file.File, d)));
            problems.AddRange(faults.Select(f => f with { File = file.File }));
        }

        var homes = WorkloadReader.Namespaces(documents.Select(d => d.Node));
        foreach (var (file, document) in documents)
        {
            known.AddRange(WorkloadReader.Read(document, ns, homes));
            if (!PolicyReader.IsPolicy(document)) continue;
            var reading = PolicyReader.Read(document, ns);
            problems.AddRange(reading.Problems.Where(p => p.Kind == ProblemKind.Invalid).Select(p => p with { File = file }));
            if (!reading.HasMeaning) continue;
            policies[reading.Policy!.Name] = reading.Policy;
            places[reading.Policy.Name] = file;
        }

        if (known.Count > 0 && !known.Exists(p => p.Namespace == "kube-system")) known.Add(WorkloadReader.ClusterDns);
        var endpoints = known.GroupBy(p => $"{p.Namespace}/{p.Workload}").Select(g => g.First())
            .Select(p => new CaseEndpoint($"{p.Namespace}/{p.Workload}", p.Namespace, p.Labels, p.Ports)).ToList();
        var world = new CaseWorld
        {
            Configuration = configuration ?? new(),
            Policies = [.. policies.Values],
            Endpoints = endpoints,
            CidrGroups = [.. documents.Select(d => d.Node).SelectMany(ManifestPeers.Groups)],
            Services = [.. documents.Select(d => d.Node).SelectMany(d => ManifestPeers.Services(d, ns))],
        };
        return new WorldFiles(world, places, problems);
    }
}
