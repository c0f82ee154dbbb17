using Weir.Model;

namespace Weir.Policy.Compile;

/// <summary>The named ports of every pod of the cluster: what a name means to egress rules. One writer.</summary>
internal sealed class NamedPortIndex
{
    private readonly Dictionary<string, IReadOnlyList<NamedPort>> _byPod = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, IpProtocol Protocol), Dictionary<ushort, int>> _numbers = [];

    /// <summary>The number that a name has; null where no pod has it, or where pods do not agree.</summary>
    public ushort? Resolve(string name, IpProtocol protocol) =>
        _numbers.TryGetValue((name, protocol), out var numbers) && numbers.Count == 1 ? numbers.Keys.First() : null;

    /// <summary>Replaces a pod's ports and says which names now mean something else.</summary>
    public HashSet<string> Set(string pod, IReadOnlyList<NamedPort> ports)
    {
        HashSet<string> changed = [];
        if (_byPod.Remove(pod, out var before))
        {
            foreach (var port in before) Count(port, -1, changed);
        }

        foreach (var port in ports) Count(port, 1, changed);
        if (ports.Count > 0) _byPod[pod] = ports;
        return changed;
    }

    private void Count(NamedPort port, int by, HashSet<string> changed)
    {
        var key = (port.Name.ToLowerInvariant(), port.Protocol);
        if (!_numbers.TryGetValue(key, out var numbers)) _numbers[key] = numbers = [];
        var before = numbers.Count;
        var count = numbers.GetValueOrDefault(port.Port) + by;
        if (count > 0) numbers[port.Port] = count;
        else numbers.Remove(port.Port);
        if (numbers.Count == 0) _numbers.Remove(key);
        if (numbers.Count != before) changed.Add(key.Item1);
    }
}
