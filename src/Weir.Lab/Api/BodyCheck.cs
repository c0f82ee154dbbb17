using System.Text.Json.Nodes;
using Weir.Lab.Api.Schema;

namespace Weir.Lab.Api;

/// <summary>Holds what a client sends against the kind's schema, as strictly as the client asks.</summary>
internal static class BodyCheck
{
    /// <summary>Takes away fields that the kind does not have; refuses or notes them, and refuses values of a wrong type.</summary>
    /// <exception cref="ApiStatusException">A type is wrong, or a field is unknown and the client wants to be told (400).</exception>
    public static void Check(ResourceKind kind, JsonObject document, WriteOptions options)
    {
        if (kind.Warning is not null) options.Warnings.Add(kind.Warning);

        // A misspelt rule that is taken away silently is a policy that does not hold: its reader refuses it by name.
        if (options.Validation != FieldValidation.Strict && PolicyAdmission.Judges(kind)) return;
        var findings = SchemaCheck.Prune(document, KindSchemas.Of(kind));
        if (findings.WrongType is { } wrong) throw Fault(kind, wrong);
        if (findings.Unknown.Count == 0 || options.Validation == FieldValidation.Ignore) return;
        var fields = findings.Unknown.Select(f => $"unknown field \"{f}\"").ToList();
        if (options.Validation == FieldValidation.Strict) throw Fault(kind, "strict decoding error: " + string.Join(", ", fields));
        options.Warnings.AddRange(fields);
    }

    private static ApiStatusException Fault(ResourceKind kind, string why) =>
        ApiFaults.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: {why}");
}
