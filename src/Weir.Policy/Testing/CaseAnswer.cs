using Weir.Model;
using Weir.Policy.Compile;

namespace Weir.Policy.Testing;

/// <summary>What becomes of a flow.</summary>
/// <param name="Egress">What the source's policy says.</param>
/// <param name="Ingress">What the destination's policy says.</param>
/// <param name="SourceLabels">The labels of a source that is no endpoint.</param>
/// <param name="DestinationLabels">The labels of a destination that is no endpoint.</param>
public sealed record CaseAnswer(CaseSide Egress, CaseSide Ingress, LabelSet? SourceLabels, LabelSet? DestinationLabels)
{
    /// <summary>Both sides together: deny if either denies, else redirect if either redirects, else allow.</summary>
    public PolicyAction Action => Egress.Decision.Action > Ingress.Decision.Action ? Egress.Decision.Action : Ingress.Decision.Action;

    /// <summary><c>allow</c>, <c>redirect</c> or <c>deny</c>.</summary>
    public string Verdict => Action.ToString().ToLowerInvariant();
}
