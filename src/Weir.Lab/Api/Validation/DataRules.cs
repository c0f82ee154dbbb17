using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Validation;

/// <summary>What ConfigMaps, Secrets, claims and services may say, and what of it may change.</summary>
internal static partial class DataRules
{
    private const int MostBytes = 1024 * 1024;
    private const string KeyRule =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
        + "regex used for validation is '[-._a-zA-Z0-9]+')";

    private static readonly string[] _serviceTypes = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    /// <summary>ConfigMap and Secret.</summary>
    public static IReadOnlyList<FieldFault> Check(AdmissionReview review) => [.. Data(review)];

    /// <summary>PersistentVolumeClaim: all but what is asked for lasts.</summary>
    public static IReadOnlyList<FieldFault> CheckClaim(AdmissionReview review)
    {
        if (review.Previous is not { } previous || JsonTree.Same(Fixed(review.Object), Fixed(previous))) return [];
        return [FieldFault.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")];

        static JsonObject Fixed(JsonObject claim)
        {
            var spec = (claim.Map("spec")?.DeepClone() as JsonObject) ?? [];
            foreach (var name in (ReadOnlySpan<string>)["resources", "volumeAttributesClassName", "volumeName"]) spec.Remove(name);
            return spec;
        }
    }

    /// <summary>Service.</summary>
    public static IReadOnlyList<FieldFault> CheckService(AdmissionReview review) => [.. Service(review.Object.Map("spec"))];

    private static IEnumerable<FieldFault> Service(JsonObject? spec)
    {
        var type = spec.Text("type") ?? "ClusterIP";
        if (Array.IndexOf(_serviceTypes, type) < 0) yield return FieldFault.NotSupported("spec.type", type, _serviceTypes);
        var ports = spec.Items("ports").ToList();
        if (ports.Count == 0 && type != "ExternalName" && spec.Text("clusterIP") != "None") yield return FieldFault.Required("spec.ports");
        if (type == "ExternalName" && string.IsNullOrEmpty(spec.Text("externalName"))) yield return FieldFault.Required("spec.externalName");
        var seen = new HashSet<(string?, string?)>();
        for (var i = 0; i < ports.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"spec.ports[{i}]");
            if (ports[i].Number("port") is not (>= 1 and <= 65535))
                yield return FieldFault.Invalid($"{at}.port", ports[i]["port"] ?? 0, "must be between 1 and 65535, inclusive");
            if (ports[i].Number("targetPort") is (< 1 or > 65535) and var target)
                yield return FieldFault.Invalid($"{at}.targetPort", target, "must be between 1 and 65535, inclusive");
            if (ports.Count > 1 && string.IsNullOrEmpty(ports[i].Text("name"))) yield return FieldFault.Required($"{at}.name");
            else if (ports.Count > 1 && !seen.Add((ports[i].Text("name"), null)))
                yield return new FieldFault($"{at}.name", "FieldValueDuplicate", $"Duplicate value: {GoText.Quote(ports[i].Text("name")!)}");
        }
    }

    private static IEnumerable<FieldFault> Data(AdmissionReview review)
    {
        var bytes = 0;
        foreach (var field in (string[])["data", "binaryData"])
        {
            foreach (var (key, value) in review.Object.Map(field) ?? [])
            {
                if (!KeyForm().IsMatch(key)) yield return FieldFault.Invalid($"{field}[{key}]", key, KeyRule);
                bytes += Encoding.UTF8.GetByteCount(value.Text() ?? "");
            }
        }

        if (bytes > MostBytes) yield return new FieldFault("[]", "FieldValueTooLong", $"Too long: may not be more than {MostBytes} bytes");
        if (review.Previous is not { } previous) yield break;
        if (review.Kind.StoreKey == "secrets" && review.Object.Text("type") != previous.Text("type"))
            yield return FieldFault.Invalid("type", review.Object.Text("type"), "field is immutable");
        if (!(previous.Flag("immutable") ?? false)) yield break;
        foreach (var field in (string[])["immutable", "data", "binaryData"])
        {
            if (!JsonTree.Same(review.Object[field], previous[field])) yield return FieldFault.Forbidden(field, "field is immutable when `immutable` is set");
        }
    }

    [GeneratedRegex("^[-._a-zA-Z0-9]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyForm();
}
