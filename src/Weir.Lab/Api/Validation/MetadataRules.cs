using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weir.Cluster.Objects;

namespace Weir.Lab.Api.Validation;

/// <summary>What metadata of any kind may say.</summary>
internal static partial class MetadataRules
{
    private const int MostAnnotationBytes = 256 * 1024;
    private const string LabelRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string NameRule =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
        + "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    /// <summary>What is wrong.</summary>
    public static IReadOnlyList<FieldFault> Check(AdmissionReview review)
    {
        var meta = review.Object.Map("metadata");
        return [.. Labels(meta.Map("labels"), "metadata.labels"), .. Annotations(meta.Map("annotations")), .. Finalizers(meta)];
    }

    /// <summary>What is wrong with labels at a place.</summary>
    public static IEnumerable<FieldFault> Labels(JsonObject? labels, string path)
    {
        foreach (var (key, value) in labels ?? [])
        {
            foreach (var fault in Key(key, path)) yield return fault;
            var text = value.Text() ?? "";
            if (text.Length > 63) yield return FieldFault.Invalid(path, text, "must be no more than 63 bytes");
            else if (!LabelValue().IsMatch(text)) yield return FieldFault.Invalid(path, text, LabelRule);
        }
    }

    private static IEnumerable<FieldFault> Annotations(JsonObject? annotations)
    {
        var bytes = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            foreach (var fault in Key(key.ToLowerInvariant(), "metadata.annotations")) yield return fault;
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }

        if (bytes > MostAnnotationBytes)
            yield return new FieldFault("metadata.annotations", "FieldValueTooLong", $"Too long: may not be more than {MostAnnotationBytes} bytes");
    }

    private static IEnumerable<FieldFault> Finalizers(JsonObject? meta)
    {
        foreach (var name in meta.Items("finalizers").Select(f => f.Text() ?? ""))
        {
            if (name is "orphan" or "foregroundDeletion" or "kubernetes" || name.Contains('/', StringComparison.Ordinal)) continue;

            // A domain without a path is only warned of by a real server.
            if (!name.Contains('.', StringComparison.Ordinal))
                yield return FieldFault.Invalid("metadata.finalizers", name, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    private static IEnumerable<FieldFault> Key(string key, string path)
    {
        var parts = key.Split('/');
        var name = parts[^1];
        if (parts.Length > 2 || (parts.Length == 2 && !ObjectNames.IsSubdomain(parts[0])))
            yield return FieldFault.Invalid(path, key, "a valid label key must be a name, or a DNS subdomain, a '/' and a name (e.g. 'example.com/MyName')");
        else if (name.Length == 0) yield return FieldFault.Invalid(path, key, "name part must be non-empty");
        else if (name.Length > 63) yield return FieldFault.Invalid(path, key, "name part must be no more than 63 bytes");
        else if (!LabelValue().IsMatch(name)) yield return FieldFault.Invalid(path, key, NameRule);
    }

    [GeneratedRegex("^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelValue();
}
