namespace Weir.Lab.Api;

/// <summary>What happened to an object.</summary>
internal enum StoreEventType
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It was replaced by a new version.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,
}

/// <summary>One write.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Kind">The kind, in its stored version.</param>
/// <param name="Object">The new version; of a deletion, the last one under the deletion's revision.</param>
/// <param name="Previous">The version before; null when there was none.</param>
internal sealed record StoreEvent(StoreEventType Type, ResourceKind Kind, StoredObject Object, StoredObject? Previous);
