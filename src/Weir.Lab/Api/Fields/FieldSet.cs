using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Lab.Api.Fields;

/// <summary>A set of places in a document, as a tree; written as Kubernetes' <c>fieldsV1</c>.</summary>
/// <remarks>
/// A step is a field (<c>f:spec</c>), an element by its keys (<c>k:{"name":"a"}</c>) or by its value (<c>v:"a"</c>). A tree is not
/// changed once it is made: the operations return new ones and share what is the same.
/// </remarks>
internal sealed class FieldSet
{
    private const string Self = ".";

    private readonly SortedDictionary<string, FieldSet> _steps = new(StringComparer.Ordinal);

    /// <summary>The set of nothing.</summary>
    public static FieldSet Empty { get; } = new();

    /// <summary>Whether the place itself is in the set, not only places below it.</summary>
    public bool IsMember { get; private set; }

    /// <summary>Whether the set has no places.</summary>
    public bool IsEmpty => !IsMember && _steps.Count == 0;

    /// <summary>The steps from here, in order.</summary>
    public IReadOnlyDictionary<string, FieldSet> Steps => _steps;

    /// <summary>Reads <c>fieldsV1</c>.</summary>
    /// <exception cref="FormatException">The value is no tree of objects, or a step is of no known sort.</exception>
    public static FieldSet Read(JsonNode? fieldsV1)
    {
        var set = new FieldSet();
        foreach (var (step, below) in fieldsV1 as JsonObject ?? throw new FormatException("fieldsV1 is no object"))
        {
            if (step == Self)
            {
                set.IsMember = true;
                continue;
            }

            if (step is not ['f' or 'k' or 'v' or 'i', ':', ..]) throw new FormatException($"'{step}' is no field, key, value or index");
            var inner = Read(below);
            if (inner._steps.Count == 0) inner.IsMember = true;
            set._steps[step] = inner;
        }

        return set;
    }

    /// <summary>Adds a place; only while the set is being made.</summary>
    public void Insert(IEnumerable<string> path)
    {
        var at = this;
        foreach (var step in path)
        {
            if (!at._steps.TryGetValue(step, out var next)) at._steps[step] = next = new FieldSet();
            at = next;
        }

        at.IsMember = true;
    }

    /// <summary>What is below a step; null when nothing is.</summary>
    public FieldSet? Below(string step) => _steps.GetValueOrDefault(step);

    /// <summary>The places of either set.</summary>
    public FieldSet Union(FieldSet other)
    {
        if (IsEmpty) return other;
        if (other.IsEmpty) return this;
        var union = new FieldSet { IsMember = IsMember || other.IsMember };
        foreach (var (step, below) in _steps) union._steps[step] = other.Below(step) is { } too ? below.Union(too) : below;
        foreach (var (step, below) in other._steps) union._steps.TryAdd(step, below);
        return union;
    }

    /// <summary>The places of this set that the other does not have.</summary>
    public FieldSet Except(FieldSet other) => Filter(other, false);

    /// <summary>The places of both sets.</summary>
    public FieldSet Intersect(FieldSet other) => Filter(other, true);

    /// <summary>The set without a place and all that is below it.</summary>
    public FieldSet Without(params ReadOnlySpan<string> path)
    {
        if (path.IsEmpty || !_steps.TryGetValue(path[0], out var below)) return this;
        var rest = new FieldSet { IsMember = IsMember };
        foreach (var (step, inner) in _steps) rest._steps[step] = inner;
        var left = path.Length == 1 ? Empty : below.Without(path[1..]);
        if (left.IsEmpty) rest._steps.Remove(path[0]);
        else rest._steps[path[0]] = left;
        return rest;
    }

    /// <summary>Whether both have the same places.</summary>
    public bool Same(FieldSet other) => IsMember == other.IsMember && _steps.Count == other._steps.Count
        && _steps.All(s => other.Below(s.Key) is { } too && s.Value.Same(too));

    /// <summary>Every place, as a person writes it: <c>.spec.containers[name="a"].image</c>.</summary>
    public IEnumerable<string> Paths() => Paths("");

    /// <summary>Writes <c>fieldsV1</c>.</summary>
    public JsonObject Write()
    {
        var written = new JsonObject();
        if (IsMember && _steps.Count > 0) written[Self] = new JsonObject();
        foreach (var (step, below) in _steps) written[step] = below.Write();
        return written;
    }

    private FieldSet Filter(FieldSet other, bool both)
    {
        var left = new FieldSet { IsMember = IsMember && other.IsMember == both };
        foreach (var (step, below) in _steps)
        {
            var kept = other.Below(step) is { } too ? below.Filter(too, both) : both ? Empty : below;
            if (!kept.IsEmpty) left._steps[step] = kept;
        }

        return left;
    }

    private IEnumerable<string> Paths(string prefix)
    {
        if (IsMember && prefix.Length > 0) yield return prefix;
        foreach (var (step, below) in _steps)
        {
            foreach (var path in below.Paths(prefix + Shown(step))) yield return path;
        }
    }

    private static string Shown(string step)
    {
        var rest = step[2..];
        return step[0] switch
        {
            'f' => "." + rest,
            'v' => $"[={rest}]",
            'i' => $"[{rest}]",
            _ => Keys(rest),
        };
    }

    private static string Keys(string json)
    {
        using var keys = JsonDocument.Parse(json);
        var shown = new StringBuilder("[");
        foreach (var key in keys.RootElement.EnumerateObject())
            shown.Append(shown.Length > 1 ? "," : "").Append(key.Name).Append('=').Append(key.Value.GetRawText());
        return shown.Append(']').ToString();
    }
}
