using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace Weir.Lab.Api.Schema;

/// <summary>The schemas of the built-in kinds, read off the client library's own types, which are made from Kubernetes' definitions.</summary>
internal static partial class TypedSchemas
{
    private static readonly Lazy<Dictionary<(string, string), Type>> _kinds = new(() => typeof(V1Pod).Assembly.GetTypes()
        .Select(t => (Type: t, Entity: t.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(t => t.Entity is not null)
        .DistinctBy(t => (Version(t.Entity!), t.Entity!.Kind))
        .ToDictionary(t => (Version(t.Entity!), t.Entity!.Kind), t => t.Type));

    private static readonly ConcurrentDictionary<Type, FieldSchema> _known = new();

    /// <summary>The schema of a kind; null when the library has none.</summary>
    public static FieldSchema? Find(ResourceKind kind) =>
        _kinds.Value.TryGetValue((kind.ApiVersion, kind.Kind), out var type) ? Of(type) : null;

    private static string Version(KubernetesEntityAttribute entity) =>
        string.IsNullOrEmpty(entity.Group) ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}";

    private static FieldSchema Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return new FieldSchema { Type = "string" };
        if (type == typeof(bool)) return new FieldSchema { Type = "boolean" };
        if (type == typeof(int)) return new FieldSchema { Type = "integer", Format = "int32" };
        if (type == typeof(long)) return new FieldSchema { Type = "integer", Format = "int64" };
        if (type == typeof(double)) return new FieldSchema { Type = "number", Format = "double" };
        if (type == typeof(DateTime)) return new FieldSchema { Type = "string", Format = "date-time" };
        if (type == typeof(byte[])) return new FieldSchema { Type = "string", Format = "byte" };
        if (type == typeof(IntOrString)) return new FieldSchema { Type = "int-or-string" };
        if (type == typeof(ResourceQuantity)) return new FieldSchema { Type = "quantity" };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            return new FieldSchema { Type = "object", Items = Of(type.GenericTypeArguments[1]) };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
            return new FieldSchema { Type = "array", Items = Of(type.GenericTypeArguments[0]) };
        return type.Namespace == typeof(V1Pod).Namespace ? _known.GetOrAdd(type, Object) : FieldSchema.Any;
    }

    // The library's names carry the version, and where two groups share a name the group.
    [GeneratedRegex("^(Core|Discovery|Rbac|Events|Apiextensions|Storage|Flowcontrol|Apiregistration|Admissionregistration)?[Vv][0-9]((alpha|beta)[0-9])?")]
    private static partial Regex Prefix();

    private static FieldSchema Object(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => (Property: p, Name: p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name))
            .Where(p => p.Name is not null).ToList();

        // A type without named properties writes itself, in a form that we do not know.
        if (properties.Count == 0) return FieldSchema.Any;
        var name = Prefix().Replace(type.Name, "");
        return new FieldSchema
        {
            Type = "object",
            Name = "io.k8s." + name,
            Description = Descriptions.OfType(name),
            Required = Descriptions.RequiredOf(name, properties.Select(p => p.Name!)),
            IsAtomic = ListShapes.IsAtomic(name),
            Fields = new Lazy<IReadOnlyDictionary<string, FieldSchema>>(() => properties.ToDictionary(
                p => p.Name!, p => Descriptions.Describe(name, p.Name!, ListShapes.Shape(name, p.Name!, Of(p.Property.PropertyType))), StringComparer.Ordinal)),
        };
    }
}
