using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>A <c>CiliumCIDRGroup</c>: ranges under a name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Ranges">Its ranges.</param>
public sealed record CidrGroup(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<IpPrefix> Ranges)
{
    /// <summary>The labels that its ranges' identities carry.</summary>
    internal IEnumerable<Label> IdentityLabels() =>
        Labels.Select(l => new Label(Rules.LabelNames.CidrGroup, l.Key, l.Value))
            .Append(new Label(Rules.LabelNames.CidrGroup, Rules.LabelNames.CidrGroupName + Name, ""));
}
