using System.Collections.Immutable;
using Weir.Kql.Diagnostics;

namespace Weir.FlowLog.Query;

/// <summary>What a query gave: tables, or what is wrong with it.</summary>
/// <param name="Tables">In order; empty when there are problems.</param>
/// <param name="Problems">What is wrong, and where in the text.</param>
/// <param name="AggregatedBefore">Stored rows before this time, in ticks, stand for several flows each; 0 where every row that was read is a single flow.</param>
public sealed record QueryAnswer(ImmutableArray<QueryTable> Tables, ImmutableArray<KqlDiagnostic> Problems, long AggregatedBefore = 0)
{
    /// <summary>What a person has to know about the rows; null for nothing.</summary>
    public string? Note => AggregatedBefore == 0 ? null
        : $"Aggregated before {CellJson.Instant(AggregatedBefore)}: an earlier row stands for the equal flows of 30 s. count() counts rows; sum(IngressFlowCount + EgressFlowCount + UnknownDirectionFlowCount) counts flows.";
}
