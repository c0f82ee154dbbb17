using System.Text;
using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>What variables and files of a pod may come from: services, and the keys of config maps and secrets.</summary>
/// <param name="ns">The pod's namespace.</param>
/// <param name="services">The services that variables may name.</param>
internal sealed class VariableSources(string ns, IReadOnlyList<JsonObject> services)
{
    private readonly Dictionary<(string Plural, string Name), JsonObject?> _objects = [];

    /// <summary>The services.</summary>
    public IReadOnlyList<JsonObject> Services => services;

    /// <summary>Whether an object was asked for already.</summary>
    public bool Has(string plural, string name) => _objects.ContainsKey((plural, name));

    /// <summary>Adds an object; null says that there is none.</summary>
    public void Add(string plural, string name, JsonObject? document) => _objects[(plural, name)] = document;

    /// <summary>Every key; none for an object that need not be there.</summary>
    /// <exception cref="LabException">There is no such object.</exception>
    public IReadOnlyList<(string Key, byte[] Value)> All(string plural, string name, bool isOptional)
    {
        if (_objects.GetValueOrDefault((plural, name)) is { } document) return Keys(plural, document);
        return isOptional ? [] : throw new LabException($"{plural[..^1]} \"{name}\" not found");
    }

    /// <summary>One key; null when it need not be there and is not.</summary>
    /// <exception cref="LabException">There is no such object or key.</exception>
    public string? One(string plural, string name, string key, bool isOptional)
    {
        foreach (var (found, value) in All(plural, name, isOptional))
            if (found == key) return Encoding.UTF8.GetString(value);
        return isOptional ? null : throw new LabException($"couldn't find key {key} in {(plural == "secrets" ? "Secret" : "ConfigMap")} {ns}/{name}");
    }

    /// <summary>The keys of a config map or secret.</summary>
    public static IReadOnlyList<(string Key, byte[] Value)> Keys(string plural, JsonObject document)
    {
        var keys = new List<(string, byte[])>();
        foreach (var (key, value) in document.Map("data") ?? [])
            keys.Add((key, plural == "secrets" ? Convert.FromBase64String(value.Text() ?? "") : Encoding.UTF8.GetBytes(value.Text() ?? "")));
        foreach (var (key, value) in document.Map("binaryData") ?? []) keys.Add((key, Convert.FromBase64String(value.Text() ?? "")));
        return keys;
    }
}
