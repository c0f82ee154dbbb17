using Weir.Cluster.Objects;
using Weir.Hub.Ui.Details;
using Weir.Hub.Ui.Filters;
using Weir.Hub.Ui.Flows;
using Weir.Observe.Wire.Observers;
using Weir.Policy.Compile;
using Weir.Policy.Documents;
using Weir.Policy.Lint;
using Weir.Policy.Reading;
using Weir.Policy.Testing;
using Msg = Weir.Observe.Wire.Flows;
using PolicyKey = Weir.Cluster.Objects.PolicyKey;

namespace Weir.Hub.Ui.Policies;

/// <summary>What a changed policy would have meant for the flows of the last hours. Nothing is applied.</summary>
/// <param name="Findings">What the checks say about the changed policies.</param>
/// <param name="Flows">How many connections were asked about.</param>
/// <param name="Changes">Those with another verdict.</param>
internal sealed record Trial(IReadOnlyList<Finding> Findings, long Flows, IReadOnlyList<Trial.Change> Changes)
{
    private const int MostQuestions = 20_000;

    /// <summary>Connections that would fare otherwise.</summary>
    /// <param name="Source">Who opens them.</param>
    /// <param name="Destination">To whom.</param>
    /// <param name="Port">On which port.</param>
    /// <param name="Protocol">Over what.</param>
    /// <param name="Before">The verdict under the policies of now.</param>
    /// <param name="After">The verdict under the changed ones.</param>
    /// <param name="Flows">How many were seen.</param>
    /// <param name="Rule">What decides then.</param>
    public sealed record Change(string Source, string Destination, int Port, string Protocol, string Before, string After, long Flows, string Rule);

    /// <summary>Tries it.</summary>
    /// <param name="world">The policies of now.</param>
    /// <param name="yaml">The changed policies; those of the same name are replaced.</param>
    /// <param name="search">Finds the flows.</param>
    /// <param name="from">From when on.</param>
    /// <param name="until">Until when.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UiProblem">The text is no policy.</exception>
    public static async Task<Trial> OfAsync(PolicyWorld world, string yaml, FlowSearch search, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var changed = Read(yaml);
        var texts = new Dictionary<PolicyKey, string>(world.Texts);
        foreach (var (key, text) in changed) texts[key] = text;
        var findings = Linter.Check(
            [new TextFile("the change", yaml), .. texts.Where(t => !changed.ContainsKey(t.Key)).Select(t => new TextFile(PolicyWorld.IdOf(t.Key), t.Value))],
            new LintOptions { Pods = world.Pods }).Findings.Where(f => f.File == "the change").ToList();
        var after = world.With(texts);
        var questions = await QuestionsAsync(world, search, from, until, cancellation);
        var names = questions.Select(q => q.Value.Flow).Aggregate(world.World, FlowQuestion.With).Names;
        var (old, fresh) = (new CaseEngine(world.World with { Names = names }), new CaseEngine(after with { Names = names }));
        List<Change> changes = [];
        foreach (var (asked, seen) in questions)
        {
            var (before, now) = (old.Ask(asked), fresh.Ask(asked));
            if (before.Action == now.Action) continue;
            var side = now.Egress.Decision.Action == now.Action ? now.Egress : now.Ingress;
            changes.Add(new Change(
                FlowSentence.NameOf(seen.Flow.Source, seen.Flow.SourceNames, seen.Flow.IP?.Source), FlowSentence.NameOf(seen.Flow.Destination, seen.Flow.DestinationNames, seen.Flow.IP?.Destination),
                asked.Port, asked.Protocol.ToString().ToUpperInvariant(), Word(before.Action), Word(now.Action), seen.Count, string.Join(", ", side.Decision.Rules.Rules)));
        }

        return new Trial(findings, questions.Sum(q => q.Value.Count), [.. changes.OrderByDescending(c => c.Flows)]);
    }

    /// <summary>A verdict in the words of the API.</summary>
    public static string Word(PolicyAction action) => action switch { PolicyAction.Allow => "allowed", PolicyAction.Redirect => "redirected", _ => "denied" };

    private static Dictionary<PolicyKey, string> Read(string yaml)
    {
        List<PolicyProblem> faults = [];
        var documents = YamlNodes.Read(yaml, faults);
        if (faults.Count > 0) throw new UiProblem($"The text is no YAML: line {faults[0].Line}: {faults[0].Message}") { Code = "policy" };
        Dictionary<PolicyKey, string> policies = [];
        foreach (var document in documents.Where(PolicyReader.IsPolicy))
        {
            var reading = PolicyReader.Read(document, "default");
            if (!reading.HasMeaning) throw new UiProblem($"This policy would be refused: {string.Join(" ", reading.Problems.Select(p => p.ToString()))}") { Code = "policy" };
            var name = reading.Policy!.Name;
            policies[new PolicyKey(name.Kind, new ObjectName(name.Namespace, name.Name))] = YamlText.Write(YamlText.ToJson(document));
        }

        return policies.Count > 0 ? policies : throw new UiProblem("The text holds no policy; write a CiliumNetworkPolicy, a CiliumClusterwideNetworkPolicy or a NetworkPolicy.") { Code = "policy" };
    }

    // Equal connections are asked about once.
    private static async Task<Dictionary<CaseFlow, (Msg.Flow Flow, long Count)>> QuestionsAsync(PolicyWorld world, FlowSearch search, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation)
    {
        var questions = new Dictionary<CaseFlow, (Msg.Flow Flow, long Count)>();
        var scope = new UiScope(FlowFilters.Of("reply=false", []), [], from, until, HasFrom: true, ShowsSystem: true);
        await search.EveryAsync(
            scope,
            (in FlowView flow, ReadOnlySpan<byte> response) =>
            {
                // Verdicts are of new connections; what no policy decides has none and is seen when it arrives.
                if (flow.Kind is not ((int)Model.FlowKind.PolicyVerdict) && flow.Point != (int)Model.ObservationPoint.ToEndpoint) return true;
                var message = GetFlowsResponse.Parser.ParseFrom(response).Flow;
                if (FlowQuestion.CaseOf(world.World, message) is not { } asked) return true;
                if (questions.TryGetValue(asked, out var known)) questions[asked] = (known.Flow, known.Count + flow.Count);
                else if (questions.Count < MostQuestions) questions[asked] = (message, flow.Count);
                return true;
            },
            cancellation);
        return questions;
    }
}
