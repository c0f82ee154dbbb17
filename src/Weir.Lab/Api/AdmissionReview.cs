using System.Text.Json.Nodes;

namespace Weir.Lab.Api;

/// <summary>A write that is about to happen, for those who may refuse or complete it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">The namespace; empty for cluster-wide kinds.</param>
/// <param name="Name">The object's name.</param>
/// <param name="Object">The document as it will be written; an admission may change it.</param>
/// <param name="Previous">The document that is replaced; null when the object is new.</param>
public sealed record AdmissionReview(ResourceKind Kind, string Namespace, string Name, JsonObject Object, JsonObject? Previous);

/// <summary>Judges a write: an empty list lets it pass, faults refuse it with 422.</summary>
/// <remarks>Runs outside the store's lock, perhaps more than once for one request, and on several threads.</remarks>
public delegate IReadOnlyList<FieldFault> Admission(AdmissionReview review);
