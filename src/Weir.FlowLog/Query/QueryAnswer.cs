using System.Collections.Immutable;
using Weir.Kql.Diagnostics;

namespace Weir.FlowLog.Query;

/// <summary>What a query gave: tables, or what is wrong with it.</summary>
/// <param name="Tables">In order; empty when there are problems.</param>
/// <param name="Problems">What is wrong, and where in the text.</param>
public sealed record QueryAnswer(ImmutableArray<QueryTable> Tables, ImmutableArray<KqlDiagnostic> Problems);
