using Weir.Observe.Wire.Flows;

namespace Weir.Cli.Observe;

/// <summary>One of the flags of <c>hubble observe</c> that choose flows.</summary>
/// <param name="Name">Its name, without the dashes.</param>
/// <param name="Alias">Its letter, with the dash; null for none.</param>
/// <param name="TakesValue">Whether a value follows it.</param>
/// <param name="Description">For the help.</param>
/// <param name="Source">What it asks of the flow, or of its sender where it is about either end. Throws <see cref="UsageException"/>.</param>
/// <param name="Destination">What it asks of the receiver; null where it is not about an end.</param>
internal sealed record FilterFlag(
    string Name, string? Alias, bool TakesValue, string Description, Action<FlowFilter, string> Source, Action<FlowFilter, string>? Destination)
{
    /// <summary>A flag about the flow.</summary>
    public static FilterFlag Of(string name, string description, Action<FlowFilter, string> add, string? alias = null, bool takesValue = true) =>
        new(name, alias, takesValue, description, add, null);

    /// <summary>Three flags: about either end, the sender, and the receiver.</summary>
    public static IEnumerable<FilterFlag> OfEnds(
        string name, string what, Action<FlowFilter, string> source, Action<FlowFilter, string> destination, string? alias = null)
    {
        yield return new FilterFlag(name, alias, true, $"Flows from or to {what}", source, destination);
        yield return Of("from-" + name, $"Flows from {what}", source);
        yield return Of("to-" + name, $"Flows to {what}", destination);
    }
}
