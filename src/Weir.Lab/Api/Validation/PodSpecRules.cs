using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Validation;

/// <summary>What a pod's spec must say, wherever it stands.</summary>
internal static class PodSpecRules
{
    private static readonly string[] _restarts = ["Always", "OnFailure", "Never"];
    private static readonly string[] _pulls = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] _protocols = ["SCTP", "TCP", "UDP"];

    /// <summary>What is wrong with the spec at a place.</summary>
    /// <param name="spec">The spec; null when there is none.</param>
    /// <param name="path">Its place, such as <c>spec.template.spec</c>.</param>
    /// <param name="restarts">The restart policies that are allowed there; none for any.</param>
    public static IEnumerable<FieldFault> Check(JsonObject? spec, string path, params string[] restarts)
    {
        if (!spec.Items("containers").Any()) yield return FieldFault.Required($"{path}.containers");
        var volumes = spec.Items("volumes").Select(v => v.Text("name")).ToHashSet();
        var names = new HashSet<string>();
        foreach (var list in (string[])["initContainers", "containers"])
        {
            var at = 0;
            foreach (var container in spec.Items(list))
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{at++}]");
                foreach (var fault in Container(container, place, names, volumes)) yield return fault;
            }
        }

        var allowed = restarts.Length == 0 ? _restarts : restarts;
        if (spec.Text("restartPolicy") is { } restart && Array.IndexOf(allowed, restart) < 0)
            yield return FieldFault.NotSupported($"{path}.restartPolicy", restart, allowed);
        if (spec.Number("terminationGracePeriodSeconds") is < 0 and var grace)
            yield return FieldFault.Invalid($"{path}.terminationGracePeriodSeconds", grace, "must be greater than or equal to 0");
    }

    private static IEnumerable<FieldFault> Container(JsonNode container, string path, HashSet<string> names, HashSet<string?> volumes)
    {
        var name = container.Text("name") ?? "";
        if (name.Length == 0) yield return FieldFault.Required($"{path}.name");
        else if (ObjectNames.Label($"{path}.name", name) is { } fault) yield return fault;
        else if (!names.Add(name)) yield return new FieldFault($"{path}.name", "FieldValueDuplicate", $"Duplicate value: {GoText.Quote(name)}");
        if (string.IsNullOrEmpty(container.Text("image"))) yield return FieldFault.Required($"{path}.image");
        if (container.Text("imagePullPolicy") is { } pull && Array.IndexOf(_pulls, pull) < 0)
            yield return FieldFault.NotSupported($"{path}.imagePullPolicy", pull, _pulls);
        var at = 0;
        foreach (var port in container.Items("ports"))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.ports[{at++}]");
            if (port["containerPort"] is null) yield return FieldFault.Required($"{place}.containerPort");
            else if (port.Number("containerPort") is (< 1 or > 65535) and var number)
                yield return FieldFault.Invalid($"{place}.containerPort", number, "must be between 1 and 65535, inclusive");
            if (port.Text("protocol") is { } protocol && Array.IndexOf(_protocols, protocol) < 0)
                yield return FieldFault.NotSupported($"{place}.protocol", protocol, _protocols);
        }

        at = 0;
        foreach (var mount in container.Items("volumeMounts"))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}.volumeMounts[{at++}]");
            if (string.IsNullOrEmpty(mount.Text("mountPath"))) yield return FieldFault.Required($"{place}.mountPath");
            if (!volumes.Contains(mount.Text("name")))
                yield return new FieldFault($"{place}.name", "FieldValueNotFound", $"Not found: {GoText.Quote(mount.Text("name") ?? "")}");
        }
    }
}
