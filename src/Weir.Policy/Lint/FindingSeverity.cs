namespace Weir.Policy.Lint;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity : byte
{
    /// <summary>Worth knowing; never fails a check.</summary>
    Info,

    /// <summary>Probably not what was meant; fails a strict check.</summary>
    Warning,

    /// <summary>The policy would be refused; fails every check.</summary>
    Error,
}
