namespace Weir.Kql.Plan;

/// <summary>The operators of expressions. Names are Kusto's; Cs is case-sensitive, others of text are not unless Equal.</summary>
public enum ScalarOperator
{
    /// <summary>a + b on numbers, timespans, datetimes.</summary>
    Add,
    /// <summary>a - b.</summary>
    Subtract,
    /// <summary>a * b.</summary>
    Multiply,
    /// <summary>a / b; integers truncate, by zero gives null.</summary>
    Divide,
    /// <summary>a % b; never negative.</summary>
    Modulo,
    /// <summary>-a.</summary>
    Negate,
    /// <summary>Three-valued and.</summary>
    And,
    /// <summary>Three-valued or.</summary>
    Or,
    /// <summary>==; false when one side is null, null when both are.</summary>
    Equal,
    /// <summary>!=; true when one side is null, null when both are.</summary>
    NotEqual,
    /// <summary>a &lt; b; null with null.</summary>
    Less,
    /// <summary>a &lt;= b.</summary>
    LessOrEqual,
    /// <summary>a > b.</summary>
    Greater,
    /// <summary>a >= b.</summary>
    GreaterOrEqual,
    /// <summary>=~.</summary>
    EqualIgnoreCase,
    /// <summary>!~.</summary>
    NotEqualIgnoreCase,
    /// <summary>has: by term.</summary>
    Has,
    /// <summary>!has.</summary>
    NotHas,
    /// <summary>has_cs.</summary>
    HasCs,
    /// <summary>!has_cs.</summary>
    NotHasCs,
    /// <summary>hasprefix.</summary>
    HasPrefix,
    /// <summary>!hasprefix.</summary>
    NotHasPrefix,
    /// <summary>hasprefix_cs.</summary>
    HasPrefixCs,
    /// <summary>!hasprefix_cs.</summary>
    NotHasPrefixCs,
    /// <summary>hassuffix.</summary>
    HasSuffix,
    /// <summary>!hassuffix.</summary>
    NotHasSuffix,
    /// <summary>hassuffix_cs.</summary>
    HasSuffixCs,
    /// <summary>!hassuffix_cs.</summary>
    NotHasSuffixCs,
    /// <summary>contains.</summary>
    Contains,
    /// <summary>!contains.</summary>
    NotContains,
    /// <summary>contains_cs.</summary>
    ContainsCs,
    /// <summary>!contains_cs.</summary>
    NotContainsCs,
    /// <summary>startswith.</summary>
    StartsWith,
    /// <summary>!startswith.</summary>
    NotStartsWith,
    /// <summary>startswith_cs.</summary>
    StartsWithCs,
    /// <summary>!startswith_cs.</summary>
    NotStartsWithCs,
    /// <summary>endswith.</summary>
    EndsWith,
    /// <summary>!endswith.</summary>
    NotEndsWith,
    /// <summary>endswith_cs.</summary>
    EndsWithCs,
    /// <summary>!endswith_cs.</summary>
    NotEndsWithCs,
    /// <summary>matches regex.</summary>
    MatchesRegex,
    /// <summary>a between (b .. c); both ends belong. With a datetime and a timespan as c, the end is b + c (the binder adds).</summary>
    Between,
    /// <summary>!between.</summary>
    NotBetween,
    /// <summary>in: the value, then each member; a dynamic array member stands for its elements.</summary>
    In,
    /// <summary>!in.</summary>
    NotIn,
    /// <summary>in~.</summary>
    InIgnoreCase,
    /// <summary>!in~.</summary>
    NotInIgnoreCase,
    /// <summary>has_any: by term.</summary>
    HasAny,
    /// <summary>has_all.</summary>
    HasAll,
}
