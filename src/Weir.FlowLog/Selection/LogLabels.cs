using Weir.Model;

namespace Weir.FlowLog.Selection;

/// <summary>A Kubernetes label selector over an endpoint's labels: every requirement must hold.</summary>
/// <param name="Requirements">The requirements; none selects every endpoint.</param>
public sealed record LogLabels(IReadOnlyList<LogLabels.Requirement> Requirements)
{
    /// <summary>Stands for the namespace's name, as if it were a label of the pod.</summary>
    private const string NamespaceKey = "k8s.io/namespace";

    /// <summary>What one label must be.</summary>
    /// <param name="Key">The label's key, without a source.</param>
    /// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
    /// <param name="Values">What <c>In</c> and <c>NotIn</c> compare with.</param>
    public sealed record Requirement(string Key, string Operator, IReadOnlyList<string> Values)
    {
        internal bool Holds(string? value) => Operator switch
        {
            "In" => value is not null && Contains(value),
            "NotIn" => value is null || !Contains(value),
            "Exists" => value is not null,
            _ => value is null,
        };

        private bool Contains(string value)
        {
            for (var i = 0; i < Values.Count; i++)
            {
                if (Values[i] == value) return true;
            }

            return false;
        }
    }

    /// <summary>Whether an end's labels fit; an end of which nothing is known never does.</summary>
    public bool Matches(Endpoint? endpoint)
    {
        if (endpoint is null) return false;
        for (var i = 0; i < Requirements.Count; i++)
        {
            var one = Requirements[i];
            var value = one.Key == NamespaceKey
                ? (endpoint.Namespace.Length == 0 ? null : endpoint.Namespace)
                : endpoint.Labels.Find("k8s", one.Key);
            if (!one.Holds(value)) return false;
        }

        return true;
    }
}
