using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Weir.Lab.Api;

/// <summary>What objects may be called.</summary>
internal static partial class ObjectNames
{
    private const string SubdomainRule =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
        + "an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelRule =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
        + "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string ServiceRule =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
        + "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    // Kubernetes' own alphabet: no vowels, so that no words come out, and nothing that looks like another.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static FieldFault? Check(ResourceKind kind, string name)
    {
        if (name.Length == 0) return FieldFault.Required("metadata.name", "name or generateName is required");

        // Role names may hold colons; a path segment is all that they must be.
        if (kind.Group == "rbac.authorization.k8s.io")
            return name is "." or ".." || name.Contains('/') || name.Contains('%')
                ? FieldFault.Invalid("metadata.name", name, "may not be '.' or '..' and may not contain '/' or '%'")
                : null;
        var isService = kind.StoreKey == "services";
        var isLabel = isService || kind.StoreKey == "namespaces";
        var limit = isLabel ? 63 : 253;
        if (name.Length > limit) return FieldFault.Invalid("metadata.name", name, $"must be no more than {limit} characters");
        if (isService ? ServiceName().IsMatch(name) : isLabel ? Label().IsMatch(name) : Subdomain().IsMatch(name)) return null;
        return FieldFault.Invalid("metadata.name", name, isService ? ServiceRule : isLabel ? LabelRule : SubdomainRule);
    }

    /// <summary>Whether a text is a DNS subdomain.</summary>
    public static bool IsSubdomain(string text) => text.Length <= 253 && Subdomain().IsMatch(text);

    /// <summary>What is wrong with a text at a place that wants a DNS label; null when nothing is.</summary>
    public static FieldFault? Label(string path, string text) =>
        text.Length <= 63 && Label().IsMatch(text) ? null : FieldFault.Invalid(path, text, text.Length > 63 ? "must be no more than 63 bytes" : LabelRule);

    /// <summary>A prefix with five characters that nobody has used before, most likely.</summary>
    public static string Generate(string prefix)
    {
        const int Longest = 253 - 5;
        return (prefix.Length > Longest ? prefix[..Longest] : prefix) + RandomNumberGenerator.GetString(Alphabet, 5);
    }

    /// <summary>Writes a number in the alphabet of generated names.</summary>
    public static string SafeEncode(string text) => string.Concat(text.Select(c => Alphabet[c % Alphabet.Length]));

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceName();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
