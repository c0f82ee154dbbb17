namespace Weir.Observe.Tls;

/// <summary>Certificates cannot be used. The message says which file, what is wrong with it, and what it should hold.</summary>
public sealed class TlsException(string message) : Exception(message);
