using System.Globalization;
using Google.Protobuf.Reflection;
using Weir.Observe.Wire.Flows;

namespace Weir.Observe.Printing;

/// <summary>What an agent did, in Hubble's words.</summary>
public static class AgentEventText
{
    /// <summary>The event's type, such as <c>POLICY_UPDATED</c>.</summary>
    public static string TypeOf(AgentEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return HubbleJson.NameOf(FlowReflection.Descriptor.FindTypeByName<EnumDescriptor>("AgentEventType"), (int)happened.Type);
    }

    /// <summary>What is told of it.</summary>
    public static string DetailsOf(AgentEvent happened, string timeFormat)
    {
        ArgumentNullException.ThrowIfNull(happened);
#pragma warning disable CS0612 // events about services are deprecated, and still sent
        return happened switch
        {
            { Unknown: { } u } => $"type: {u.Type}, notification: {u.Notification}",
            { AgentStart: { } a } => $"start time: {TimeText.Of(a.Time, timeFormat)}",
            { PolicyUpdate: { } p } => Text($"labels: [{string.Join(',', p.Labels)}], revision: {p.Revision}, count: {p.RuleCount}"),
            { EndpointRegenerate: { } r } => Text($"id: {r.Id}, labels: [{string.Join(',', r.Labels)}]") + Part("error", r.Error),
            { EndpointUpdate: { } e } => Text($"id: {e.Id}") + Part("namespace", e.Namespace) + Part("pod name", e.PodName),
            { IpcacheUpdate: { } i } => Text($"cidr: {i.Cidr}, identity: {i.Identity}")
                + (i.OldIdentity is { } old ? Text($", old identity: {old}") : "") + Part("host ip", i.HostIp) + Part("old host ip", i.OldHostIp)
                + Text($", encrypt key: {i.EncryptKey}"),
            { ServiceUpsert: { } s } => Service(s),
            { ServiceDelete: { } s } => Text($"id: {s.Id}"),
            _ => "UNKNOWN",
        };
    }

    private static string Service(ServiceUpsertNotification s) => Text($"id: {s.Id}")
        + (s.FrontendAddress is { } f ? $", frontend: {Address(f)}" : "")
        + (s.BackendAddresses.Count > 0 ? $", backends: [{string.Join(',', s.BackendAddresses.Select(Address))}]" : "")
        + Part("type", s.Type) + Part("traffic policy", s.TrafficPolicy) + Part("namespace", s.Namespace) + Part("name", s.Name);
#pragma warning restore CS0612

    private static string Address(ServiceUpsertNotificationAddr a) => a.Ip.Contains(':', StringComparison.Ordinal) ? Text($"[{a.Ip}]:{a.Port}") : Text($"{a.Ip}:{a.Port}");

    private static string Part(string name, string value) => value.Length == 0 ? "" : $", {name}: {value}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
