namespace Weir.Policy.Lint;

/// <summary>One trap that a check knows.</summary>
internal abstract class LintRule
{
    public abstract IEnumerable<Finding> Check(LintContext context);
}
