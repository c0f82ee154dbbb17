using System.Text.Json.Nodes;
using Weir.Model;

namespace Weir.Cluster.Objects;

/// <summary>A number and the labels that it stands for, on every node.</summary>
/// <param name="Identity">The number.</param>
/// <param name="Labels">The labels.</param>
public sealed record IdentityState(SecurityIdentity Identity, LabelSet Labels)
{
    /// <summary>Reads a CiliumIdentity; null when its name is no number of the cluster's range.</summary>
    public static IdentityState? Read(JsonObject document)
    {
        var name = document.ObjectName().Name;
        if (!uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number is < SecurityIdentity.FirstAllocated or >= SecurityIdentity.FirstLocal)
            return null;
        var labels = document.TextMap("security-labels").Select(l =>
        {
            var label = Label.Parse(l.Key);
            return label with { Value = l.Value };
        });
        return new IdentityState(new SecurityIdentity(number), new LabelSet(labels));
    }
}
