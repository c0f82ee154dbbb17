using System.Net;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api;

/// <summary>Gives each service its cluster addresses, before anyone can see it without.</summary>
/// <remarks>10.0.0.0/16 and fd00:10::/108; the first ten are kept for services that name theirs (DNS has 10).</remarks>
internal sealed class ServiceAddresses(ObjectStore store, ResourceRegistry registry)
{
    private const int FirstFree = 11;
    private const int Count = 65534;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _taken = [];
    private readonly HashSet<string> _living = [];
    private int _next = FirstFree;

    /// <summary>Joins the judges of services.</summary>
    public void Register(AdmissionChain admission)
    {
        foreach (var stored in store.List(registry.Find("", "v1", "services")!, "").Objects) Hold(stored);
        admission.Add("services", Admit);
        store.Written += happened =>
        {
            if (happened.Kind.StoreKey != "services") return;
            if (happened.Type == StoreEventType.Deleted) Free(happened.Object);
            else if (happened.Type == StoreEventType.Added) Hold(happened.Object);
        };
    }

    private IReadOnlyList<FieldFault> Admit(AdmissionReview review)
    {
        var spec = review.Object.Ensure("spec");
        if (spec.Text("type") == "ExternalName") return [];
        if (review.Previous is { } previous && previous.Text("spec", "type") != "ExternalName") return Keep(spec, previous);
        var asked = spec.Items("clusterIPs").Select(i => i.GetValue<string>()).ToList();
        if (asked.Count == 0 && spec.Text("clusterIP") is { Length: > 0 } one) asked.Add(one);
        if (asked is ["None", ..])
        {
            spec["clusterIP"] = "None";
            spec["clusterIPs"] = new JsonArray("None");
            Families(spec, ["IPv4", "IPv6"]);
            return [];
        }

        lock (_lock)
        {
            foreach (var text in asked)
            {
                if (!IPAddress.TryParse(text, out var address) || !Contains(address))
                    return [FieldFault.Invalid("spec.clusterIPs", text, "must be in 10.0.0.0/16 or fd00:10::/108, or None")];
                if (IsTaken(address.ToString()))
                    return [FieldFault.Invalid("spec.clusterIPs", text, "failed to allocate IP " + text + ": provided IP is already allocated")];
            }

            var addresses = asked.Count > 0 ? [.. asked.Select(a => IPAddress.Parse(a).ToString())] : Wanted(spec, Take());
            if (addresses.Count == 0) return [FieldFault.Invalid("spec.clusterIPs", "", "every cluster address is taken: delete a service")];
            foreach (var address in addresses) _taken[address] = review.Object.Text("metadata", "uid") ?? "";
            spec["clusterIP"] = addresses[0];
            spec["clusterIPs"] = new JsonArray([.. addresses.Select(a => (JsonNode)a)]);
            Families(spec, addresses.Select(a => a.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4"));
        }

        return [];
    }

    private static IReadOnlyList<FieldFault> Keep(JsonObject spec, JsonObject previous)
    {
        foreach (var field in (ReadOnlySpan<string>)["clusterIP", "clusterIPs"])
        {
            if (previous.At("spec", field) is not { } was) continue;
            if (spec[field] is null) spec[field] = was.DeepClone();
            else if (!JsonTree.Same(spec[field], was)) return [Changed(spec[field]!)];
        }

        foreach (var field in (ReadOnlySpan<string>)["ipFamilies", "ipFamilyPolicy"])
        {
            if (previous.At("spec", field) is { } was) spec.Default(field, was.DeepClone);
        }

        return [];
    }

    private static FieldFault Changed(JsonNode asked)
    {
        var texts = asked is JsonArray list ? list.Select(a => a.Text() ?? "") : [asked.Text() ?? ""];
        return new FieldFault(
            "spec.clusterIPs[0]", "FieldValueInvalid", $"Invalid value: []string{{{string.Join(", ", texts.Select(t => $"\"{t}\""))}}}: may not change once set");
    }

    private static bool Contains(IPAddress address) => address.ToString() is var text
        && (text.StartsWith("10.0.", StringComparison.Ordinal) || text.StartsWith("fd00:10::", StringComparison.Ordinal));

    // A service that says nothing gets both families here, so that every name has both kinds of address.
    private static List<string> Wanted(JsonObject spec, int number)
    {
        if (number < 0) return [];
        var v4 = string.Create(CultureInfo.InvariantCulture, $"10.0.{number >> 8}.{number & 255}");
        var v6 = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"fd00:10::{number:x}")).ToString();
        var families = spec.Items("ipFamilies").Select(f => f.GetValue<string>()).ToList();
        if (families.Count == 0) families = spec.Text("ipFamilyPolicy") == "SingleStack" ? ["IPv4"] : ["IPv4", "IPv6"];
        return [.. families.Select(f => f == "IPv6" ? v6 : v4)];
    }

    private static void Families(JsonObject spec, IEnumerable<string> families)
    {
        var list = families.ToList();
        spec.Default("ipFamilies", () => new JsonArray([.. list.Select(f => (JsonNode)f)]));
        spec.Default("ipFamilyPolicy", () => list.Count > 1 ? "PreferDualStack" : "SingleStack");
    }

    private int Take()
    {
        for (var tried = 0; tried < Count; tried++, _next++)
        {
            if (_next > Count) _next = FirstFree;
            var v4 = string.Create(CultureInfo.InvariantCulture, $"10.0.{_next >> 8}.{_next & 255}");
            var v6 = string.Create(CultureInfo.InvariantCulture, $"fd00:10::{_next:x}");
            if (!IsTaken(v4) && !IsTaken(v6)) return _next++;
        }

        return -1;
    }

    // A request that was refused after all leaves an address behind whose holder never lived.
    private bool IsTaken(string address) => _taken.TryGetValue(address, out var holder) && _living.Contains(holder);

    // Called under the store's lock: takes no other lock than its own.
    private void Hold(StoredObject service)
    {
        lock (_lock)
        {
            _living.Add(service.Uid);
            foreach (var address in service.Document().Items("spec", "clusterIPs")) _taken[address.GetValue<string>()] = service.Uid;
        }
    }

    private void Free(StoredObject gone)
    {
        lock (_lock)
        {
            _living.Remove(gone.Uid);
            foreach (var address in gone.Document().Items("spec", "clusterIPs"))
            {
                var text = address.GetValue<string>();
                if (_taken.GetValueOrDefault(text) == gone.Uid) _taken.Remove(text);
            }
        }
    }
}
