namespace Weir.Model;

/// <summary>On what a decision stands.</summary>
public enum DecisionBasis : byte
{
    /// <summary>No policy selects the endpoint in this direction: allowed.</summary>
    NoPolicy = 0,

    /// <summary>An allow rule matches.</summary>
    Allow = 1,

    /// <summary>A deny rule matches.</summary>
    Deny = 2,

    /// <summary>Policies select the endpoint and no rule of theirs allows it: denied.</summary>
    DefaultDeny = 3,

    /// <summary>The endpoint's labels or policy are not known yet: denied.</summary>
    Init = 4,

    /// <summary>The node itself reaches its own pod: allowed unless a deny rule matches.</summary>
    LocalHost = 5,
}
