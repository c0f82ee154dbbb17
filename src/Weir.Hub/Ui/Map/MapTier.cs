namespace Weir.Hub.Ui.Map;

/// <summary>Where cards stand from left to right.</summary>
internal static class MapTier
{
    // Ports that only what keeps data listens on: PostgreSQL, MySQL, SQL Server, MongoDB, Redis, memcached, etcd, Kafka, AMQP, NATS, Elasticsearch, Cassandra.
    private static readonly HashSet<int> _stores = [1433, 2379, 3306, 4222, 5432, 5671, 5672, 6379, 9042, 9092, 9200, 11211, 27017];

    /// <summary>The tier of a card.</summary>
    /// <param name="node">The card.</param>
    /// <param name="edges">What runs between all cards.</param>
    public static string Of(MapNode node, IReadOnlyList<MapEdge> edges)
    {
        if (node.Address.Length > 0 && !edges.Any(e => e.From == node)) return "store"; // what is only asked stands to the right of who asks
        if (!node.IsInside) return "outside";
        var arriving = edges.Where(e => e.To == node && e.From != node).ToList();
        if (arriving.Exists(e => _stores.Contains(e.Port)) && !edges.Any(e => e.From == node && e.To.IsInside && !e.IsDropped && e.To != node)) return "store";
        if (node.WorkloadKind == "StatefulSet") return "store";
        return arriving.Count == 0 || arriving.Exists(e => !e.From.IsInside && !e.IsDropped) ? "entry" : "service";
    }
}
