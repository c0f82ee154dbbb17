using System.Text;

namespace Weir.Hub.Ui.Map;

/// <summary>A card of the map.</summary>
/// <param name="id">Its name in links.</param>
/// <param name="kind">What it is: <c>workload</c>, <c>namespace</c>, or an entity.</param>
/// <param name="ns">Its namespace; empty where it has none.</param>
/// <param name="name">Its name.</param>
/// <param name="workloadKind">What kind of workload it is.</param>
internal sealed class MapNode(string id, string kind, string ns, string name, string workloadKind)
{
    private const int MostRequests = 60;
    private readonly Dictionary<byte[], (long Count, long Errors)> _requests = new(Utf8Keys.Instance);

    /// <summary>Its name in links.</summary>
    public string Id => id;

    /// <summary>What it is.</summary>
    public string Kind => kind;

    /// <summary>Its namespace.</summary>
    public string Namespace => ns;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What kind of workload it is.</summary>
    public string WorkloadKind => workloadKind;

    /// <summary>Whether it is a pod's, and not outside.</summary>
    public bool IsInside => kind is "workload" or "namespace";

    /// <summary>The requests that it answered, the most frequent first.</summary>
    public IEnumerable<(string Method, string Path, long Count, long Errors)> Requests =>
        from r in _requests
        orderby r.Value.Count descending
        let words = Encoding.UTF8.GetString(r.Key).Split(' ', 2)
        select (words[0], words[^1], r.Value.Count, r.Value.Errors);

    /// <summary>Notes a request that it answered.</summary>
    public void AddRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, long count, bool isError)
    {
        Span<byte> key = stackalloc byte[128];
        if (method.Length > 16) return;
        method.CopyTo(key);
        key[method.Length] = (byte)' ';
        var length = method.Length + 1 + Math.Min(path.Length, key.Length - method.Length - 1);
        path[..(length - method.Length - 1)].CopyTo(key[(method.Length + 1)..]);
        var table = _requests.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!table.TryGetValue(key[..length], out var known) && _requests.Count >= MostRequests) return; // paths with identifiers in them have no end
        table[key[..length]] = (known.Count + count, known.Errors + (isError ? count : 0));
    }
}
