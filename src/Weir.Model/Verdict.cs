namespace Weir.Model;

/// <summary>What became of a packet or request; numbers as in Hubble's <c>flow.Verdict</c>.</summary>
public enum Verdict : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>It went on.</summary>
    Forwarded = 1,

    /// <summary>It was dropped.</summary>
    Dropped = 2,

    /// <summary>It failed for another reason than policy.</summary>
    Error = 3,

    /// <summary>It would have been dropped, but policy is only audited.</summary>
    Audit = 4,

    /// <summary>It was handed to a proxy.</summary>
    Redirected = 5,
}
