using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Lab.Pods;

/// <summary>What a pod asks for and the lab does not do: named in an event, so that nobody waits for it.</summary>
internal static class UnknownFields
{
    private static readonly string[] s_pod =
        ["hostPID", "hostIPC", "shareProcessNamespace", "runtimeClassName", "affinity", "topologySpreadConstraints", "readinessGates", "setHostnameAsFQDN", "os", "overhead"];

    private static readonly string[] s_container = ["volumeDevices", "resizePolicy", "terminationMessagePolicy"];

    private static readonly string[] s_security =
        ["privileged", "capabilities", "seLinuxOptions", "seccompProfile", "appArmorProfile", "runAsNonRoot", "allowPrivilegeEscalation", "procMount"];

    /// <summary>The fields, from <c>spec</c> on.</summary>
    public static IEnumerable<string> Of(JsonObject spec)
    {
        foreach (var field in s_pod.Where(f => Asks(spec[f]))) yield return "spec." + field;
        foreach (var list in (string[])["initContainers", "containers"])
        {
            foreach (var (container, number) in PodSpec.Items(spec, list).Select((c, i) => (c, i)))
            {
                foreach (var field in InContainer(container)) yield return string.Create(CultureInfo.InvariantCulture, $"spec.{list}[{number}].{field}");
            }
        }
    }

    private static IEnumerable<string> InContainer(JsonObject container)
    {
        foreach (var field in s_container.Where(f => Asks(container[f]) && container.Text(f) != "File")) yield return field;
        foreach (var field in s_security.Where(f => Asks(container.At("securityContext", f)))) yield return "securityContext." + field;
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            if (container.At(probe, "grpc") is not null) yield return probe + ".grpc";
        }

        foreach (var hook in (string[])["postStart", "preStop"])
        {
            foreach (var kind in (string[])["httpGet", "tcpSocket"])
                if (container.At("lifecycle", hook, kind) is not null) yield return $"lifecycle.{hook}.{kind}";
        }
    }

    // What is false or empty asks for nothing.
    private static bool Asks(JsonNode? node) => node switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject map => map.Count > 0,
        _ => node.Flag() ?? true,
    };
}
