using System.Collections.Immutable;

namespace Weir.Kql.Diagnostics;

/// <summary>Collects diagnostics in the order of the text; stops at a bound, so that noise stays readable.</summary>
internal sealed class DiagnosticBag
{
    private const int Most = 100;
    private readonly List<KqlDiagnostic> _items = [];

    public bool Any => _items.Count > 0;

    /// <summary>No more are taken: hints need not be looked for.</summary>
    public bool Full => _items.Count >= Most;

    public int Count => _items.Count;

    public void Add(string code, string message, int start, int length, string? hint = null)
    {
        if (_items.Count < Most && !_items.Exists(d => d.Start == start && d.Length == length && d.Code == code && d.Message == message))
            _items.Add(new(code, message, start, length, hint));
    }

    public bool Contains(string code) => _items.Exists(d => d.Code == code);

    public ImmutableArray<KqlDiagnostic> ToImmutable() => [.. _items.OrderBy(d => d.Start)];
}
