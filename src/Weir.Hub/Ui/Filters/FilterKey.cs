using Weir.Observe.Wire.Flows;

namespace Weir.Hub.Ui.Filters;

/// <summary>A property that filters ask about.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Doc">What it is, for completion: a short phrase.</param>
/// <param name="Example">A value.</param>
internal sealed record FilterKey(string Name, string Doc, string Example)
{
    /// <summary>Makes the condition on an end, for a property that each end has; null for others. The value's problem comes as a <see cref="FormatException"/>.</summary>
    public Func<string, EndTest>? OfEnd { get; init; }

    /// <summary>Makes the condition on a flow, for a property of the flow; null for those of ends.</summary>
    public Func<string, FlowTest>? OfFlow { get; init; }

    /// <summary>Puts a value into Hubble's filter, so that nodes and the store leave out what cannot match; false where that filter has no such field.</summary>
    public Func<FlowFilter, bool, string, bool>? Push { get; init; }

    /// <summary>The values that there are, where they are few and known.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}
