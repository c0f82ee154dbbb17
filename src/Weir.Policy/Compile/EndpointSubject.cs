using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>An endpoint as far as policy looks at it.</summary>
/// <param name="Labels">Its identity's labels.</param>
/// <param name="NamedPorts">The names of its ports, for ingress rules.</param>
public sealed record EndpointSubject(LabelSet Labels, IReadOnlyList<NamedPort> NamedPorts)
{
    /// <summary>An endpoint without named ports.</summary>
    public EndpointSubject(LabelSet labels)
        : this(labels, [])
    {
    }

    /// <inheritdoc/>
    public bool Equals(EndpointSubject? other) => other is not null && Labels.Equals(other.Labels) && NamedPorts.SequenceEqual(other.NamedPorts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Labels, NamedPorts.Count);
}
