namespace Weir.Policy.Compile;

/// <summary>Whether endpoints that no policy selects are in default deny.</summary>
public enum PolicyMode : byte
{
    /// <summary>A direction is in default deny once a policy selects the endpoint in it.</summary>
    Default,

    /// <summary>Every endpoint is in default deny in both directions.</summary>
    Always,

    /// <summary>Policy is not enforced.</summary>
    Never,
}
