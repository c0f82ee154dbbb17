using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Access;

/// <summary>Decides what a user may do, by the roles and bindings that the store holds now.</summary>
internal sealed class RoleRules
{
    private const string Group = "rbac.authorization.k8s.io";
    private readonly ObjectStore _store;
    private readonly ResourceRegistry _registry;
    private volatile Snapshot? _snapshot;

    /// <summary>Follows the store.</summary>
    public RoleRules(ObjectStore store, ResourceRegistry registry)
    {
        (_store, _registry) = (store, registry);

        // Under the store's lock: what is known is only dropped here, and made anew by whoever asks next.
        store.Written += happened =>
        {
            if (happened.Kind.Group == Group) _snapshot = null;
        };
    }

    /// <summary>Whether a user may, and why, in the words of a real server; empty where it gives no reason.</summary>
    public (bool Allowed, string Reason) Decide(ApiUser user, RequestAttributes request)
    {
        if (user.IsMaster) return (true, "");
        foreach (var (binding, subject) in BindingsOf(user, request.Namespace))
        {
            foreach (var rule in binding.Rules)
                if (rule.Allows(request)) return (true, $"RBAC: allowed by {binding.Description} to {subject}");
        }

        var missing = BindingsOf(user, request.Namespace).Select(b => b.Binding.Missing).OfType<string>().Distinct().ToList();
        return (false, missing.Count switch
        {
            0 => "",
            1 => $"RBAC: {missing[0]}",
            _ => $"RBAC: [{string.Join(", ", missing)}]",
        });
    }

    /// <summary>The rules that hold for a user in a namespace.</summary>
    public IEnumerable<AccessRule> RulesOf(ApiUser user, string ns) => BindingsOf(user, ns).SelectMany(b => b.Binding.Rules);

    private IEnumerable<(Binding Binding, string Subject)> BindingsOf(ApiUser user, string ns)
    {
        var snapshot = Now();
        foreach (var binding in ns.Length > 0 ? snapshot.Everywhere.Concat(snapshot.Within.GetValueOrDefault(ns, [])) : snapshot.Everywhere)
            if (binding.Names(user) is { } subject) yield return (binding, subject);
    }

    private Snapshot Now()
    {
        if (_snapshot is { } known) return known;

        // Read between two looks at the revision, so that a write in the meantime is never lost.
        while (true)
        {
            var revision = _store.Revision;
            var made = new Snapshot(
                [.. List("clusterrolebindings").Select(Read)],
                List("rolebindings").Select(Read).GroupBy(b => b.Namespace).ToDictionary(g => g.Key, g => g.ToList()));
            _snapshot = made;
            if (_store.Revision == revision) return made;
        }
    }

    private Binding Read(StoredObject stored)
    {
        var document = stored.Document();
        var kind = document.Text("roleRef", "kind") ?? "";
        var name = document.Text("roleRef", "name") ?? "";
        var plural = kind == "Role" ? "roles" : "clusterroles";
        var role = Kind(plural) is { } found ? _store.Find(found, kind == "Role" ? stored.Namespace : "", name) : null;
        var own = stored.Namespace.Length == 0 ? $"ClusterRoleBinding \"{stored.Name}\"" : $"RoleBinding \"{stored.Name}/{stored.Namespace}\"";
        return new Binding(
            stored.Namespace,
            $"{own} of {kind} \"{name}\"",
            [.. document.Items("subjects").Select(s => s.DeepClone())],
            role is null ? [] : [.. role.Document().Items("rules").Select(r => new AccessRule(r))],
            role is null ? $"{(kind == "Role" ? "role" : "clusterrole")}.{Group} \"{name}\" not found" : null);
    }

    private List<StoredObject> List(string plural) => Kind(plural) is { } kind ? _store.List(kind, "").Objects : [];

    private ResourceKind? Kind(string plural) => _registry.Find(Group, "v1", plural);

    private sealed record Snapshot(IReadOnlyList<Binding> Everywhere, Dictionary<string, List<Binding>> Within);

    private sealed record Binding(string Namespace, string Description, IReadOnlyList<JsonNode> Subjects, IReadOnlyList<AccessRule> Rules, string? Missing)
    {
        /// <summary>By which of its subjects it is about a user; null when it is not.</summary>
        public string? Names(ApiUser user)
        {
            foreach (var subject in Subjects)
            {
                var name = subject.Text("name") ?? "";
                switch (subject.Text("kind"))
                {
                    case "User" when name == user.Name:
                        return $"User \"{name}\"";
                    case "Group" when user.Groups.Contains(name):
                        return $"Group \"{name}\"";
                    case "ServiceAccount":
                        var home = subject.Text("namespace") is { Length: > 0 } given ? given : Namespace;
                        if (user.Name == $"system:serviceaccount:{home}:{name}") return $"ServiceAccount \"{name}/{home}\"";
                        break;
                }
            }

            return null;
        }
    }
}
