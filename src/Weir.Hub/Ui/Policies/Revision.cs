using System.Text.Json;
using Weir.Cluster.Objects;

namespace Weir.Hub.Ui.Policies;

/// <summary>A change of a policy as the hub saw it.</summary>
/// <param name="Time">When.</param>
/// <param name="Key">Of which policy.</param>
/// <param name="Generation">The policy's own count of changes; 0 where it says nothing.</param>
/// <param name="Change"><c>present</c> when a hub first saw the cluster, <c>added</c>, <c>changed</c> or <c>deleted</c>.</param>
/// <param name="Yaml">The policy's text from then on; null where it is gone.</param>
/// <param name="VerdictChanges">How many pairs of workloads and ports have another verdict since; null where that was too much to compute.</param>
internal sealed record Revision(DateTimeOffset Time, PolicyKey Key, long Generation, string Change, string? Yaml, int? VerdictChanges)
{
    /// <summary>Writes when and what, without which policy: members of an object that is begun.</summary>
    public void WriteChange(Utf8JsonWriter json)
    {
        json.WriteString("time", Time.UtcDateTime);
        json.WriteNumber("revision", Generation);
        json.WriteString("change", Change);
        if (Yaml is not null) json.WriteString("yaml", Yaml);
        if (VerdictChanges is { } changes) json.WriteNumber("verdictChanges", changes);
    }
}
