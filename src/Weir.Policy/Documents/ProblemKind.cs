namespace Weir.Policy.Documents;

/// <summary>Who objects to a policy.</summary>
public enum ProblemKind : byte
{
    /// <summary>The language does not allow it: it has no meaning.</summary>
    Invalid,

    /// <summary>It could be read, but the custom resource's schema refuses it: a field that does not exist, a value outside a list.</summary>
    Schema,

    /// <summary>It is valid, but Weir does not enforce it. Refused when applied, so that nothing is silently ignored.</summary>
    Unsupported,
}
