namespace Weir.Workloads.Resolve;

/// <summary>Why a name gave no address, with musl's distinctions.</summary>
public enum ResolveFault
{
    /// <summary>It gave one.</summary>
    None,

    /// <summary>No such name, or none of its records is an address.</summary>
    DoesNotResolve,

    /// <summary>No server answered in time, or one failed.</summary>
    TryAgain,

    /// <summary>A server refused, or answered with an error that another try would not mend.</summary>
    NonRecoverable,
}
