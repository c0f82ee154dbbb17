namespace Weir.Protocols.Dns;

/// <summary>How the server says that it went: the low 4 bits of the flags.</summary>
public enum DnsResponseCode : byte
{
    /// <summary>The name exists; it may still have no record of the type.</summary>
    NoError = 0,

    /// <summary>The server could not read the question.</summary>
    FormatError = 1,

    /// <summary>The server failed; another try may succeed.</summary>
    ServerFailure = 2,

    /// <summary>The name does not exist.</summary>
    NameError = 3,

    /// <summary>The server does not do this kind of question.</summary>
    NotImplemented = 4,

    /// <summary>The server will not say: what a policy answers.</summary>
    Refused = 5,
}
