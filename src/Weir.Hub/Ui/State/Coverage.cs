using System.Text.Json;

namespace Weir.Hub.Ui.State;

/// <summary>How much of what happened lately the hub can know of.</summary>
/// <param name="Seen">Flows that the nodes saw.</param>
/// <param name="LostBy">Events that were lost, by node and by where.</param>
internal sealed record Coverage(long Seen, IReadOnlyList<(string Node, string Source, long Count)> LostBy)
{
    /// <summary>Events that were lost.</summary>
    public long Lost => LostBy.Sum(l => l.Count);

    /// <summary>The part that was seen, from 0 to 1.</summary>
    public double Share => Lost == 0 ? 1 : (double)Seen / (Seen + Lost);

    /// <summary>Writes it as an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("share", Math.Round(Share, 5));
        json.WriteNumber("seen", Seen);
        json.WriteNumber("lost", Lost);
        json.WriteStartArray("lostBy");
        foreach (var (node, source, count) in LostBy)
        {
            json.WriteStartObject();
            json.WriteString("node", node);
            json.WriteString("source", source);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
