using Google.Protobuf.WellKnownTypes;
using Weir.Observe.Filters;
using Msg = Weir.Observe.Wire.Flows;

namespace Weir.Observe.Hubble;

/// <summary>Which fields of a flow a reader wants, with the names of the .proto file.</summary>
internal sealed class FlowMask
{
    private readonly HashSet<int> _whole = [];
    private readonly HashSet<int> _source = [];
    private readonly HashSet<int> _destination = [];
    private readonly FieldMask? _mask;

    private FlowMask(FieldMask? mask) => _mask = mask;

    /// <summary>Every field.</summary>
    public static FlowMask All { get; } = new(null);

    /// <summary>Whether it asks for whole fields and parts of the two ends only, which is what can be written without building the message.</summary>
    public bool IsPlain { get; private init; } = true;

    /// <summary>Reads a request's mask.</summary>
    /// <exception cref="FilterException">A path names no field.</exception>
    public static FlowMask Of(FieldMask? mask)
    {
        if (mask is null || mask.Paths.Count == 0) return All;
        var wanted = new FlowMask(mask);
        var plain = true;
        foreach (var path in mask.Paths)
        {
            if (!FieldMask.IsValid(Msg.Flow.Descriptor, path))
                throw new FilterException($"field_mask: '{path}' names no field of flow.Flow; the names are those of flow.proto, such as source.pod_name.");
            plain &= wanted.TryAdd(path.Split('.'));
        }

        return plain ? wanted : new FlowMask(mask) { IsPlain = false };
    }

    /// <summary>Whether the whole field is wanted.</summary>
    public bool Has(int field) => _mask is null || _whole.Contains(field);

    /// <summary>Whether a field of one end is wanted; null when that end is wanted whole.</summary>
    public HashSet<int>? PartsOf(int endField) =>
        Has(endField) ? null : endField == Msg.Flow.SourceFieldNumber ? _source : _destination;

    /// <summary>Leaves in a message what is wanted.</summary>
    public Msg.Flow Apply(Msg.Flow flow)
    {
        if (_mask is null) return flow;
        var kept = new Msg.Flow();
        _mask.Merge(flow, kept);
        return kept;
    }

    private bool TryAdd(string[] path)
    {
        var field = Msg.Flow.Descriptor.FindFieldByName(path[0]).FieldNumber;
        if (path.Length == 1)
        {
            _whole.Add(field);
            return true;
        }

        if (path.Length > 2 || field is not (Msg.Flow.SourceFieldNumber or Msg.Flow.DestinationFieldNumber)) return false;
        (field == Msg.Flow.SourceFieldNumber ? _source : _destination).Add(Msg.Endpoint.Descriptor.FindFieldByName(path[1]).FieldNumber);
        return true;
    }
}
