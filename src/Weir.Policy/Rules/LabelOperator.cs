namespace Weir.Policy.Rules;

/// <summary>How a requirement looks at a label.</summary>
public enum LabelOperator : byte
{
    /// <summary>The label is there with one of the values.</summary>
    In,

    /// <summary>The label is missing, or has none of the values.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is missing.</summary>
    DoesNotExist,
}
