using System.Runtime.CompilerServices;
using Weir.Model;
using Weir.Observe.Wire;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>The bytes of what many flows share: encoded once, and forgotten with the object itself.</summary>
internal static class SharedBytes
{
    private static readonly ConditionalWeakTable<Endpoint, byte[]> _endpoints = [];
    private static readonly ConditionalWeakTable<ServiceReference, byte[]> _services = [];
    private static readonly ConditionalWeakTable<RuleSet, byte[][]> _rules = [];

    /// <summary>A <c>flow.Endpoint</c>.</summary>
    public static byte[] Of(Endpoint endpoint) => _endpoints.GetValue(endpoint, Encode);

    /// <summary>A <c>flow.Service</c>.</summary>
    public static byte[] Of(ServiceReference service) => _services.GetValue(service, Encode);

    /// <summary>A <c>flow.Policy</c> for each rule.</summary>
    public static byte[][] Of(RuleSet rules) => _rules.GetValue(rules, Encode);

    /// <summary>Writes the fields of an end that are wanted.</summary>
    public static void WriteParts(BackwardWriter to, Endpoint endpoint, HashSet<int>? parts)
    {
        if (Wants(Msg.Endpoint.ClusterNameFieldNumber)) to.Text(Msg.Endpoint.ClusterNameFieldNumber, endpoint.ClusterName);
        if (Wants(Msg.Endpoint.WorkloadsFieldNumber)) WriteWorkloads(to, endpoint);
        if (Wants(Msg.Endpoint.PodNameFieldNumber)) to.Text(Msg.Endpoint.PodNameFieldNumber, endpoint.PodName);
        if (Wants(Msg.Endpoint.LabelsFieldNumber))
        {
            foreach (var label in FlowMessage.LabelsOf(endpoint).Reverse()) to.Item(Msg.Endpoint.LabelsFieldNumber, label);
        }

        if (Wants(Msg.Endpoint.NamespaceFieldNumber)) to.Text(Msg.Endpoint.NamespaceFieldNumber, endpoint.Namespace);
        if (Wants(Msg.Endpoint.IdentityFieldNumber)) to.Number(Msg.Endpoint.IdentityFieldNumber, endpoint.Identity.Value);
        if (Wants(Msg.Endpoint.IDFieldNumber)) to.Number(Msg.Endpoint.IDFieldNumber, endpoint.Id);

        bool Wants(int field) => parts is null || parts.Contains(field);
    }

    private static void WriteWorkloads(BackwardWriter to, Endpoint endpoint)
    {
        for (var i = endpoint.Workloads.Count - 1; i >= 0; i--)
        {
            var end = to.Length;
            to.Text(Msg.Workload.KindFieldNumber, endpoint.Workloads[i].Kind);
            to.Text(Msg.Workload.NameFieldNumber, endpoint.Workloads[i].Name);
            to.EndMessage(Msg.Endpoint.WorkloadsFieldNumber, end);
        }
    }

    private static byte[] Encode(Endpoint endpoint)
    {
        var to = new BackwardWriter();
        WriteParts(to, endpoint, parts: null);
        return to.Written.ToArray();
    }

    private static byte[] Encode(ServiceReference service)
    {
        var to = new BackwardWriter();
        to.Text(Msg.Service.NamespaceFieldNumber, service.Namespace);
        to.Text(Msg.Service.NameFieldNumber, service.Name);
        return to.Written.ToArray();
    }

    private static byte[][] Encode(RuleSet rules) => [.. rules.Rules.Select(rule =>
    {
        var to = new BackwardWriter();
        to.Text(Msg.Policy.KindFieldNumber, rule.Kind);
        foreach (var label in FlowMessage.LabelsOf(rule).Reverse()) to.Item(Msg.Policy.LabelsFieldNumber, label);
        to.Text(Msg.Policy.NamespaceFieldNumber, rule.Namespace);
        to.Text(Msg.Policy.NameFieldNumber, rule.Name);
        return to.Written.ToArray();
    })];
}
