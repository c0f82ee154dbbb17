using Weir.Model;

namespace Weir.Policy.Rules;

/// <summary>One thing that a selector asks of a set of labels.</summary>
/// <param name="Source">The label's source; <c>any</c> is every source.</param>
/// <param name="Key">The label's key.</param>
/// <param name="Operator">How it is looked at.</param>
/// <param name="Values">The values of <see cref="LabelOperator.In"/> and <see cref="LabelOperator.NotIn"/>.</param>
public sealed record LabelRequirement(string Source, string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>The source that stands for every source.</summary>
    public const string AnySource = "any";

    /// <summary>The requirement that a label is there with this value.</summary>
    public static LabelRequirement Is(string source, string key, string value) => new(source, key, LabelOperator.In, [value]);

    /// <summary>Whether the labels meet it.</summary>
    public bool Matches(LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var found = false;
        foreach (var label in labels.Labels)
        {
            if (label.Key != Key || (Source != AnySource && Source != label.Source)) continue;
            found = true;
            if (Operator is LabelOperator.Exists or LabelOperator.DoesNotExist) break;
            foreach (var value in Values)
            {
                if (value == label.Value) return Operator == LabelOperator.In;
            }
        }

        return Operator switch
        {
            LabelOperator.Exists => found,
            LabelOperator.In => false,
            LabelOperator.NotIn => true,
            _ => !found,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Operator switch
    {
        LabelOperator.In when Values.Count == 1 => $"{Source}:{Key}={Values[0]}",
        LabelOperator.In => $"{Source}:{Key} in ({string.Join(",", Values.Order(StringComparer.Ordinal))})",
        LabelOperator.NotIn => $"{Source}:{Key} notin ({string.Join(",", Values.Order(StringComparer.Ordinal))})",
        LabelOperator.Exists => $"{Source}:{Key}",
        _ => $"!{Source}:{Key}",
    };
}
