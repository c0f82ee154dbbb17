using Weir.Kql.Types;

namespace Weir.Kql.Plan;

/// <summary>A column of a relation. Names may repeat across relations, and differ by case; the id is unique in a query.</summary>
/// <param name="Id">Unique in one compilation; what expressions refer to and SQL is generated from.</param>
/// <param name="Name">The name that the user sees.</param>
/// <param name="Type">The type of its values.</param>
public sealed record Column(int Id, string Name, KqlType Type);
