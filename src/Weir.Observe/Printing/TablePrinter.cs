using Weir.Observe.Wire.Observers;

namespace Weir.Observe.Printing;

/// <summary>Prints flows as a table, when all are there: only then are its columns' widths known. Never coloured.</summary>
public sealed class TablePrinter : FlowPrinter
{
    private readonly TextTable _table = new();

    /// <summary>Makes a table with its head.</summary>
    public TablePrinter(PrintOptions options, TextWriter output, TextWriter error) : base(options, output, error) => Paint = new Colours(isOn: false);

    /// <inheritdoc/>
    public override void Finish() => Output.Write(_table.ToString());

    /// <inheritdoc/>
    protected override void PrintFlow(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var flow = response.Flow;
        var (from, to) = Text.Ends(flow);
        Row(Time(flow.Time), flow.NodeName, [from, to, FlowTypeText.Of(flow), Text.Verdict(flow), Text.Summary(flow)], RuleText.Of(flow) ?? "", RuleText.Why(flow) ?? "");
    }

    /// <inheritdoc/>
    protected override void PrintLoss(GetFlowsResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        Row("", "", [LossSource(response), "", "EVENTS LOST", "", LossSummary(response)], "", "");
    }

    private void Row(string time, string node, string[] cells, string rule, string why)
    {
        if (Lines++ == 0) Add("TIMESTAMP", "NODE", ["SOURCE", "DESTINATION", "TYPE", "VERDICT", "SUMMARY"], "RULE", "WHY");
        Add(time, node, cells, rule, why);
    }

    private void Add(string time, string node, string[] cells, string rule, string why)
    {
        List<string> row = [time];
        if (Options.PrintNode) row.Add(node);
        row.AddRange(cells);
        if (Options.PrintRule) row.Add(rule);
        if (Options.Explain) row.Add(why);
        _table.Add(row.Select(Paint.Escape));
    }
}
