using System.Runtime.CompilerServices;
using System.Text.Json;
using Weir.Model;

namespace Weir.FlowLog.Node;

/// <summary>JSON of what many flows share, written once for each: ends, rules, addresses.</summary>
/// <remarks>Ends and rules live as long as the observer keeps them; addresses are bounded. One thread.</remarks>
internal sealed class SharedJson
{
    private const int MaxAddresses = 65536;
    private readonly ConditionalWeakTable<Endpoint, byte[]> _endpoints = [];
    private readonly ConditionalWeakTable<RuleSet, byte[]> _rules = [];
    private readonly Dictionary<IpAddress, byte[]> _addresses = [];

    /// <summary>An end, as an object.</summary>
    public byte[] Of(Endpoint endpoint)
    {
        if (_endpoints.TryGetValue(endpoint, out var known)) return known;
        var made = Text(endpoint);
        _endpoints.Add(endpoint, made);
        return made;
    }

    /// <summary>The policies behind a decision, as an array.</summary>
    public byte[] Of(RuleSet rules)
    {
        if (_rules.TryGetValue(rules, out var known)) return known;
        var made = Text(rules);
        _rules.Add(rules, made);
        return made;
    }

    /// <summary>An address as text, without quotes.</summary>
    public byte[] Of(IpAddress address)
    {
        if (_addresses.TryGetValue(address, out var known)) return known;
        if (_addresses.Count >= MaxAddresses) _addresses.Clear(); // rare: what is in use comes back at once
        return _addresses[address] = System.Text.Encoding.ASCII.GetBytes(address.ToString());
    }

    // Apart from the look-ups, whose every call would else make room for what these capture.
    private static byte[] Text(Endpoint endpoint) => Write(writer => WriteEndpoint(writer, endpoint));

    private static byte[] Text(RuleSet rules) => Write(writer => WriteRules(writer, rules));

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, ExportWriter.Options)) write(writer);
        return stream.ToArray();
    }

    private static void WriteEndpoint(Utf8JsonWriter writer, Endpoint endpoint)
    {
        writer.WriteStartObject();
        if (endpoint.Id != 0) writer.WriteNumber("ID", endpoint.Id);
        if (endpoint.Identity.Value != 0) writer.WriteNumber("identity", endpoint.Identity.Value);
        if (endpoint.ClusterName.Length > 0) writer.WriteString("cluster_name", endpoint.ClusterName);
        if (endpoint.Namespace.Length > 0) writer.WriteString("namespace", endpoint.Namespace);
        if (endpoint.Labels.Labels.Count > 0)
        {
            writer.WriteStartArray("labels");
            foreach (var label in endpoint.Labels.Labels) writer.WriteStringValue(label.ToString());
            writer.WriteEndArray();
        }

        if (endpoint.PodName.Length > 0) writer.WriteString("pod_name", endpoint.PodName);
        if (endpoint.Workloads.Count > 0)
        {
            writer.WriteStartArray("workloads");
            foreach (var workload in endpoint.Workloads)
            {
                writer.WriteStartObject();
                writer.WriteString("name", workload.Name);
                writer.WriteString("kind", workload.Kind);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter writer, RuleSet rules)
    {
        writer.WriteStartArray();
        foreach (var rule in rules.Rules)
        {
            writer.WriteStartObject();
            writer.WriteString("name", rule.Name);
            if (rule.Namespace.Length > 0) writer.WriteString("namespace", rule.Namespace);
            writer.WriteStartArray("labels");
            writer.WriteStringValue($"k8s:io.cilium.k8s.policy.derived-from={rule.Kind}");
            writer.WriteStringValue($"k8s:io.cilium.k8s.policy.name={rule.Name}");
            if (rule.Namespace.Length > 0) writer.WriteStringValue($"k8s:io.cilium.k8s.policy.namespace={rule.Namespace}");
            writer.WriteStringValue(rule.Index < 0 ? "weir:rule=default-deny" : $"weir:rule={rule.Field}[{rule.Index}]");
            writer.WriteEndArray();
            writer.WriteString("kind", rule.Kind);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
