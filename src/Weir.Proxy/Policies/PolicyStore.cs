using Weir.Model;
using Weir.Proxy.Feed;

namespace Weir.Proxy.Policies;

/// <summary>Holds the policy in force, keeps it on disk, and puts what the agent tells in its place whole.</summary>
public sealed class PolicyStore
{
    /// <summary>The file's name in the node's run directory.</summary>
    public const string FileName = "proxy-policy.json";

    private readonly string _path;
    private readonly INameTable _tables;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Dictionary<uint, ProxyEndpoint> _endpoints = [];
    private Dictionary<uint, RuleSet> _rules = [];
    private FeedSettings _settings = new();
    private volatile PolicyView _current;

    /// <summary>Makes a store that knows of no endpoint: everything is denied until <see cref="Load"/> or the agent.</summary>
    /// <param name="runDirectory">The node's run directory.</param>
    /// <param name="tables">What the datapath takes addresses for.</param>
    /// <param name="time">The clock.</param>
    public PolicyStore(string runDirectory, INameTable tables, TimeProvider time)
    {
        (_path, _tables, _time) = (Path.Combine(runDirectory, FileName), tables, time);
        _current = View(null);
    }

    /// <summary>The policy in force.</summary>
    public PolicyView Current => _current;

    /// <summary>Gives the names that an endpoint knows an address by.</summary>
    internal Func<uint, IpAddress, IReadOnlyCollection<string>> NamesOf { get; set; } = (_, _) => [];

    /// <summary>Told of the policy before and after each change, before the agent gets its answer. May throw nothing.</summary>
    internal Func<PolicyView, PolicyView, string?> Changed { get; set; } = (_, _) => null;

    /// <summary>Takes back what the last run was told.</summary>
    /// <returns>Whether there was something that could be read.</returns>
    public bool Load()
    {
        try
        {
            Apply(FeedJson.Read<FeedUpdate>(File.ReadAllBytes(_path)), save: false);
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Puts an update in force and on disk.</summary>
    /// <returns>Why it is not wholly in force; null where it is.</returns>
    /// <exception cref="InvalidDataException">The update contradicts itself; nothing of it is in force.</exception>
    public string? Apply(FeedUpdate update) => Apply(update, save: true);

    private string? Apply(FeedUpdate update, bool save)
    {
        lock (_gate)
        {
            var rules = update.IsWhole ? [] : new Dictionary<uint, RuleSet>(_rules);
            foreach (var rule in update.Rules) rules[rule.Id] = rule.Rules;
            var endpoints = update.IsWhole ? [] : new Dictionary<uint, ProxyEndpoint>(_endpoints);
            foreach (var gone in update.Gone) endpoints.Remove(gone);
            foreach (var told in update.Endpoints) endpoints[told.Id] = Read(update, told, rules);
            (_rules, _endpoints, _settings) = (rules, endpoints, update.Settings ?? _settings);
            var before = _current;
            _current = View(before);
            var problem = Changed(before, _current);
            return (save ? TrySave() : null) is { } unsaved ? $"{problem} {unsaved}".Trim() : problem;
        }
    }

    private string? TrySave()
    {
        try
        {
            Save();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The policy is in force, but a proxy that starts again would go by the one before: '{_path}' cannot be written. {e.Message}";
        }
    }

    private static ProxyEndpoint Read(FeedUpdate update, FeedEndpoint told, Dictionary<uint, RuleSet> rules)
    {
        try
        {
            return new ProxyEndpoint(told, PolicyAt(told.Egress), PolicyAt(told.Ingress), id => rules.GetValueOrDefault(id, RuleSet.NoPolicy));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"Update {update.Sequence} says of endpoint {told.Id} what cannot be: {e.Message}", e);
        }

        FeedPolicy? PolicyAt(int index) => index < 0 ? null
            : index < update.Policies.Count ? update.Policies[index]
            : throw new ArgumentException($"it refers to policy {index} of {update.Policies.Count}");
    }

    private PolicyView View(PolicyView? before) =>
        new(_settings, _endpoints, _rules, _tables, (endpoint, address) => NamesOf(endpoint, address), before, _time);

    /// <summary>Writes everything at once: the next run finds the old file or the new one.</summary>
    private void Save()
    {
        var policies = new List<FeedPolicy>();
        var places = new Dictionary<FeedPolicy, int>(ReferenceEqualityComparer.Instance);
        var whole = new FeedUpdate
        {
            Sequence = 0,
            IsWhole = true,
            Settings = _settings,
            Policies = policies,
            Endpoints = [.. _endpoints.Values.Select(e => e.Told with { Egress = Place(e.EgressTold), Ingress = Place(e.IngressTold) })],
            Rules = [.. _rules.Select(r => new FeedRule(r.Key, r.Value))],
        };
        File.WriteAllBytes(_path + ".new", FeedJson.Write(whole));
        File.Move(_path + ".new", _path, overwrite: true);

        int Place(FeedPolicy? policy)
        {
            if (policy is null) return -1;
            if (places.TryGetValue(policy, out var place)) return place;
            policies.Add(policy);
            return places[policy] = policies.Count - 1;
        }
    }
}
