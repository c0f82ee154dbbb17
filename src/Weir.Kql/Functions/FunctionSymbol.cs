using System.Collections.Immutable;

namespace Weir.Kql.Functions;

/// <summary>What a function is.</summary>
public enum FunctionKind
{
    /// <summary>A value from the values of one row.</summary>
    Scalar,
    /// <summary>Looks at other rows of a serialized input: row_number, prev …</summary>
    Window,
    /// <summary>A value from the rows of a group.</summary>
    Aggregate,
    /// <summary>A relation, by evaluate.</summary>
    Plugin,
}

/// <summary>How a column gets its name when the user gives none.</summary>
public enum ResultName
{
    /// <summary>Column1, print_0 …</summary>
    None,
    /// <summary>The first argument's name.</summary>
    FirstArgument,
    /// <summary>The argument's name, if there is just one.</summary>
    OnlyArgument,
    /// <summary>prefix_ and the first argument's name.</summary>
    Prefix,
}

/// <summary>A built-in function: one row of the table.</summary>
/// <param name="Name">As it is written in queries.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Overloads">Its signatures; the first that fits is taken.</param>
/// <param name="Naming">How a column of it is named.</param>
/// <param name="NamePrefix">For <see cref="ResultName.Prefix"/>.</param>
/// <param name="Deterministic">False for rand, new_guid …: two calls may differ.</param>
/// <param name="Refusal">What to use instead, when Weir does not support it; null when the binder accepts it.</param>
public sealed record FunctionSymbol(
    string Name, FunctionKind Kind, ImmutableArray<Signature> Overloads, ResultName Naming = ResultName.None, string NamePrefix = "",
    bool Deterministic = true, string? Refusal = null)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Parameters and result of one overload.</summary>
/// <param name="Parameters">In order.</param>
/// <param name="Result">A type's name, or a rule: =1 (type of the first argument), =2, =common, =promoted, =widest, =typeof, =datediff, =percentile.</param>
/// <param name="Blocks">The repeated parameters repeat together: case, bag_pack.</param>
public sealed record Signature(ImmutableArray<Parameter> Parameters, string Result, bool Blocks = false)
{
    /// <summary>Arguments at least.</summary>
    public int Least => Parameters.Sum(p => p.Least);

    /// <summary>Arguments at most.</summary>
    public int Most => Parameters.Sum(p => p.Most);
}

/// <summary>One parameter.</summary>
/// <param name="Accepts">A type's name, several joined by '/', or a class: any, number, integer, summable, orderable, nodynamic, type, table.</param>
/// <param name="Least">0 when it may be left out.</param>
/// <param name="Most">More than 1 when it repeats.</param>
/// <param name="Constant">Must be the same for all rows.</param>
public sealed record Parameter(string Accepts, int Least = 1, int Most = 1, bool Constant = false);
