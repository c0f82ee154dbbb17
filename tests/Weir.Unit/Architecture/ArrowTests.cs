using System.Reflection;
using System.Xml.Linq;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Xunit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Weir.Unit.Architecture;

/// <summary>Holds the arrows of ARCHITECTURE.md.</summary>
public sealed class ArrowTests
{
    // What each project may use, beyond what the framework gives.
    private static readonly Dictionary<string, string[]> _arrows = new()
    {
        ["Weir.Model"] = [],
        ["Weir.Protocols"] = [],
        ["Weir.Linux"] = [],
        ["Weir.Policy"] = ["Weir.Model"],
        ["Weir.Kql"] = [],
        ["Weir.Datapath"] = ["Weir.Model", "Weir.Protocols", "Weir.Policy", "Weir.Linux"],
        ["Weir.Proxy"] = ["Weir.Model", "Weir.Protocols", "Weir.Policy", "Weir.Linux"],
        ["Weir.Cluster"] = ["Weir.Model", "Weir.Policy"],
        ["Weir.Observe"] = ["Weir.Model"],
        ["Weir.FlowLog"] = ["Weir.Model", "Weir.Linux", "Weir.Kql"],
        ["Weir.Hub"] = ["Weir.Model", "Weir.Policy", "Weir.Kql", "Weir.Cluster", "Weir.Observe", "Weir.FlowLog"],
        ["Weir.Workloads"] = ["Weir.Protocols"],
        ["Weir.Cni"] = ["Weir.Linux"],
        ["Weir.NodeProxy"] = ["Weir.Model", "Weir.Datapath", "Weir.Proxy"],
        ["Weir.Agent"] =
        [
            "Weir.Model", "Weir.Protocols", "Weir.Policy", "Weir.Linux", "Weir.Datapath", "Weir.Proxy", "Weir.Cluster", "Weir.Observe",
            "Weir.FlowLog",
        ],
        ["Weir.Lab"] =
        [
            "Weir.Model", "Weir.Protocols", "Weir.Policy", "Weir.Linux", "Weir.Datapath", "Weir.Proxy", "Weir.Cluster", "Weir.Agent", "Weir.Observe",
            "Weir.FlowLog", "Weir.Kql", "Weir.Hub", "Weir.Workloads",
        ],
        ["Weir.Cli"] =
        [
            "Weir.Model", "Weir.Protocols", "Weir.Policy", "Weir.Linux", "Weir.Datapath", "Weir.NodeProxy", "Weir.Cluster", "Weir.Observe",
            "Weir.Agent", "Weir.FlowLog", "Weir.Hub", "Weir.Lab", "Weir.Workloads", "Weir.Kql",
        ],
    };

    private static readonly string[] _pure = ["Weir.Model", "Weir.Protocols", "Weir.Policy", "Weir.Kql"];

    private static readonly Dictionary<string, Assembly> _ours = _arrows.Keys
        .Where(n => n is not "Weir.Cni" and not "Weir.Cli")
        .ToDictionary(n => n, n => Assembly.Load(n switch { "Weir.Workloads" => "weir-workload", "Weir.NodeProxy" => "weir-proxy", _ => n }));

    private static readonly ArchUnitNET.Domain.Architecture _code = new ArchLoader().LoadAssemblies([.. _ours.Values]).Build();

    public static TheoryData<string> Projects => [.. _arrows.Keys];

    public static TheoryData<string> Pure => [.. _pure];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_where_its_arrows_lead(string project)
    {
        var file = Path.Combine(Repository.Root, "src", project, project + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));

        Assert.Empty(references.Except(_arrows[project]));
    }

    [Fact]
    public void Every_project_has_its_arrows_written_down() => Assert.Equal(
        _arrows.Keys.Order(),
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)).Order());

    [Fact]
    public void Arrows_never_lead_back()
    {
        var settled = new HashSet<string>();
        while (true)
        {
            var ready = _arrows.Where(a => !settled.Contains(a.Key) && a.Value.All(settled.Contains)).Select(a => a.Key).ToList();
            if (ready.Count == 0) break;
            settled.UnionWith(ready);
        }

        Assert.Equal(_arrows.Count, settled.Count);
    }

    [Theory]
    [MemberData(nameof(Pure))]
    public void The_pure_projects_do_no_input_or_output(string project) =>
        Types().That().ResideInAssembly(_ours[project])
            .Should().NotDependOnAny(Types(includeReferenced: true).That()
                .HaveFullNameMatching(@"^System\.(IO\.(File|Directory|Stream|FileStream|FileInfo|DirectoryInfo)|Net\.|Diagnostics\.Process|Threading\.Channels)"))
            .Because($"{project} must be testable without a machine")
            .WithoutRequiringPositiveResults() // no such type is loaded at all, while the rule holds
            .Check(_code);

    [Fact]
    public void No_type_is_named_after_a_dumping_room() =>
        Types().That().ResideInAssembly(_ours["Weir.Model"], [.. _ours.Values])
            .Should().NotHaveNameMatching("(Helpers?|Utils?|Utility|Utilities|Common|Manager|Misc|Impl)(`\\d+)?$")
            .Because("a name says what the type is for")
            .Check(_code);

    [Fact]
    public void Only_the_native_edges_hold_unsafe_code() => Assert.Empty(
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        where File.ReadAllText(file).Contains("AllowUnsafeBlocks", StringComparison.Ordinal)
        let project = Path.GetFileNameWithoutExtension(file)
        where project is not "Weir.Datapath" and not "Weir.Linux" and not "Weir.FlowLog"
        select $"{project} allows unsafe code; only Weir.Datapath, Weir.Linux and one class of Weir.FlowLog may");

    [Fact]
    public void The_store_holds_unsafe_code_in_one_class() => Assert.Equal(
        ["src/Weir.FlowLog/Store/Hot/HotFunction.cs"],
        from file in Repository.Sources("src/Weir.FlowLog")
        where System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), @"\bunsafe\b(?! code)")
        select Repository.Relative(file));

    [Fact]
    public void The_simulated_lab_does_not_know_what_the_guide_expects() => Assert.Empty(
        from file in Repository.Sources("src/Weir.Lab/Simulated").Concat(Repository.Sources("src/Weir.Workloads"))
        where System.Text.RegularExpressions.Regex.IsMatch(File.ReadAllText(file), @"\bGuide[.;]")
        select $"{Repository.Relative(file)} refers to the guide");
}
