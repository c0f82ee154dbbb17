namespace Weir.Hub.Ui.Dashboards.PromQl;

/// <summary>A piece of a PromQL expression, and where it stands.</summary>
/// <param name="Start">Where it begins, in characters.</param>
/// <param name="Length">How long it is.</param>
internal abstract record PromExpr(int Start, int Length)
{
    /// <summary>All pieces of it, itself included.</summary>
    public IEnumerable<PromExpr> All => Inner.SelectMany(i => i.All).Prepend(this);

    /// <summary>The pieces that it is made of.</summary>
    protected virtual IEnumerable<PromExpr> Inner => [];

    /// <summary>A number.</summary>
    public sealed record Number(double Value, int Start, int Length) : PromExpr(Start, Length);

    /// <summary>A text, as an argument.</summary>
    public sealed record Text(string Value, int Start, int Length) : PromExpr(Start, Length);

    /// <summary>Series by name and labels.</summary>
    /// <param name="Matchers">What their labels have to be.</param>
    /// <param name="Range">How far back samples are taken; null for the newest sample alone.</param>
    /// <param name="Offset">How much earlier.</param>
    /// <param name="IsAtEnd">Whether it is about the last moment of what is asked, whichever moment it is evaluated for.</param>
    /// <param name="Start">Where it begins.</param>
    /// <param name="Length">How long it is.</param>
    public sealed record Selector(IReadOnlyList<PromMatcher> Matchers, TimeSpan? Range, TimeSpan Offset, bool IsAtEnd, int Start, int Length) : PromExpr(Start, Length)
    {
        /// <summary>The metric's name; null where only labels are given.</summary>
        public string? Metric => Matchers.FirstOrDefault(m => m.Name == PromLabels.Name && m.Operator == "=")?.Value;
    }

    /// <summary>A function of arguments.</summary>
    public sealed record Call(string Function, IReadOnlyList<PromExpr> Arguments, int Start, int Length) : PromExpr(Start, Length)
    {
        /// <inheritdoc/>
        protected override IEnumerable<PromExpr> Inner => Arguments;
    }

    /// <summary>Series put together.</summary>
    /// <param name="Operator">How: sum, avg, …</param>
    /// <param name="Of">What.</param>
    /// <param name="Parameter">How many, of topk and bottomk.</param>
    /// <param name="Labels">The labels that are kept, or left out.</param>
    /// <param name="IsWithout">Whether they are left out.</param>
    /// <param name="Start">Where it begins.</param>
    /// <param name="Length">How long it is.</param>
    public sealed record Aggregate(string Operator, PromExpr Of, PromExpr? Parameter, IReadOnlyList<string> Labels, bool IsWithout, int Start, int Length) : PromExpr(Start, Length)
    {
        /// <inheritdoc/>
        protected override IEnumerable<PromExpr> Inner => Parameter is null ? [Of] : [Of, Parameter];
    }

    /// <summary>Two sides and what is between them.</summary>
    /// <param name="Operator">Arithmetic, comparison, or and, or, unless.</param>
    /// <param name="Left">The left side.</param>
    /// <param name="Right">The right side.</param>
    /// <param name="ReturnsBool">Whether a comparison gives 0 and 1 instead of leaving series out.</param>
    /// <param name="On">The labels by which series of both sides belong together; null for all.</param>
    /// <param name="Ignoring">The labels that do not count for that.</param>
    /// <param name="Start">Where it begins.</param>
    /// <param name="Length">How long it is.</param>
    public sealed record Binary(string Operator, PromExpr Left, PromExpr Right, bool ReturnsBool, IReadOnlyList<string>? On, IReadOnlyList<string> Ignoring, int Start, int Length) : PromExpr(Start, Length)
    {
        /// <summary>Whether several series of the left side may belong to one of the right.</summary>
        public bool IsManyToOne { get; init; }

        /// <inheritdoc/>
        protected override IEnumerable<PromExpr> Inner => [Left, Right];
    }

    /// <summary>The negative of something.</summary>
    public sealed record Negative(PromExpr Of, int Start, int Length) : PromExpr(Start, Length)
    {
        /// <inheritdoc/>
        protected override IEnumerable<PromExpr> Inner => [Of];
    }
}

/// <summary>What a label has to be.</summary>
/// <param name="Name">The label.</param>
/// <param name="Operator"><c>=</c>, <c>!=</c>, <c>=~</c> or <c>!~</c>.</param>
/// <param name="Value">The value or the pattern.</param>
internal sealed record PromMatcher(string Name, string Operator, string Value)
{
    private readonly System.Text.RegularExpressions.Regex? _pattern = Operator is "=~" or "!~"
        ? new($"^(?:{Value})$", System.Text.RegularExpressions.RegexOptions.NonBacktracking | System.Text.RegularExpressions.RegexOptions.CultureInvariant)
        : null;

    /// <summary>Whether labels have it so.</summary>
    public bool Matches(PromLabels labels)
    {
        var value = labels[Name];
        return Operator switch
        {
            "=" => value == Value,
            "!=" => value != Value,
            "=~" => _pattern!.IsMatch(value),
            _ => !_pattern!.IsMatch(value),
        };
    }
}
