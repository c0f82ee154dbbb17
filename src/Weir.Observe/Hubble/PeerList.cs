using Weir.Observe.Wire.Peers;

namespace Weir.Observe.Hubble;

/// <summary>The observers of a cluster's nodes, and who wants to hear when they change.</summary>
/// <remarks>Any thread sets; each subscriber gets the newest list, and never an old one after it.</remarks>
public sealed class PeerList
{
    private readonly Lock _gate = new();
    private Dictionary<string, PeerNode> _now = [];
    private TaskCompletionSource _change = NewChange();

    /// <summary>Makes these the nodes.</summary>
    public void Set(IEnumerable<PeerNode> nodes)
    {
        var next = nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        TaskCompletionSource change;
        lock (_gate)
        {
            if (next.Count == _now.Count && next.Values.All(n => _now.GetValueOrDefault(n.Name) == n)) return;
            _now = next;
            (change, _change) = (_change, NewChange());
        }

        change.TrySetResult();
    }

    /// <summary>The list, and what completes when it is no longer the newest.</summary>
    internal (IReadOnlyDictionary<string, PeerNode> Nodes, Task Change) Look()
    {
        lock (_gate) return (_now, _change.Task);
    }

    /// <summary>What a subscriber that knows <paramref name="before"/> has to be told.</summary>
    internal static IEnumerable<ChangeNotification> Changes(IReadOnlyDictionary<string, PeerNode> before, IReadOnlyDictionary<string, PeerNode> now)
    {
        foreach (var node in before.Values.Where(n => !now.ContainsKey(n.Name)).OrderBy(n => n.Name, StringComparer.Ordinal))
            yield return Of(node, ChangeNotificationType.PeerDeleted);
        foreach (var node in now.Values.OrderBy(n => n.Name, StringComparer.Ordinal))
        {
            if (!before.TryGetValue(node.Name, out var known)) yield return Of(node, ChangeNotificationType.PeerAdded);
            else if (known != node) yield return Of(node, ChangeNotificationType.PeerUpdated);
        }
    }

    private static ChangeNotification Of(PeerNode node, ChangeNotificationType type) => new()
    {
        Name = node.Name,
        Address = node.Address,
        Type = type,
        Tls = node.TlsServerName is null ? null : new TLS { ServerName = node.TlsServerName },
    };

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
