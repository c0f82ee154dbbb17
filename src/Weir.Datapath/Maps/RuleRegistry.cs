using System.Text.Json;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Model;

namespace Weir.Datapath.Maps;

/// <summary>Gives numbers to rule sets. Their text is in a map beside the tables, so that adopted tables still resolve.</summary>
internal sealed class RuleRegistry
{
    /// <summary>Numbers below are fixed: 0 no policy, 1 init, 2 local host.</summary>
    public const uint FirstGiven = 16;

    private readonly BpfMap<RuleKeyAbi, RulePartAbi> _map;
    private readonly Func<uint> _next;
    private readonly Dictionary<RuleSet, uint> _ids = [];
    private readonly Dictionary<uint, RuleSet> _rules = [];

    /// <summary>Reads the map. <paramref name="next"/> gives a number that was never used.</summary>
    public RuleRegistry(BpfMap<RuleKeyAbi, RulePartAbi> map, Func<uint> next)
    {
        (_map, _next) = (map, next);
        Know(0, RuleSet.NoPolicy);
        Know(1, RuleSet.Init);
        Know(2, RuleSet.LocalHost);
        foreach (var key in map.Keys().Where(key => key.Part == 0)) Load(key.Id);
    }

    /// <summary>The number of a rule set; a new one is written to the map first.</summary>
    /// <exception cref="DatapathException">The map is full.</exception>
    public uint IdOf(RuleSet rules)
    {
        if (_ids.TryGetValue(rules, out var id)) return id;
        id = _next();
        Save(id, rules);
        Know(id, rules);
        return id;
    }

    /// <summary>The rule set of a number; <see cref="RuleSet.NoPolicy"/> for a number that was never given.</summary>
    public RuleSet Resolve(uint id)
    {
        lock (_rules) return _rules.GetValueOrDefault(id, RuleSet.NoPolicy);
    }

    private void Know(uint id, RuleSet rules)
    {
        _ids[rules] = id;
        lock (_rules) _rules[id] = rules;
    }

    private void Save(uint id, RuleSet rules)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new Stored((byte)rules.Basis, rules.Rules));
        var parts = (text.Length + RuleTextAbi.Bytes - 1) / RuleTextAbi.Bytes;

        // The first part last: a text is there once that is there.
        for (var part = parts - 1; part >= 0; part--)
        {
            var bytes = text.AsSpan(part * RuleTextAbi.Bytes);
            if (bytes.Length > RuleTextAbi.Bytes) bytes = bytes[..RuleTextAbi.Bytes];
            var value = new RulePartAbi { Length = (uint)bytes.Length, Parts = (uint)parts };
            bytes.CopyTo(value.Text);
            _map.Set(new RuleKeyAbi { Id = id, Part = (uint)part }, value);
        }
    }

    private void Load(uint id)
    {
        using var text = new MemoryStream();
        for (uint part = 0, parts = 1; part < parts; part++)
        {
            if (!_map.TryGet(new RuleKeyAbi { Id = id, Part = part }, out var value)) return;
            parts = value.Parts;
            ReadOnlySpan<byte> bytes = value.Text;
            text.Write(bytes[..(int)Math.Min(value.Length, RuleTextAbi.Bytes)]);
        }

        if (JsonSerializer.Deserialize<Stored>(text.ToArray()) is { } stored) Know(id, new RuleSet((DecisionBasis)stored.Basis, stored.Rules));
    }

    private sealed record Stored(byte Basis, IReadOnlyList<RuleOrigin> Rules);
}
