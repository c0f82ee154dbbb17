namespace Weir.Lab.Manifests;

/// <summary>A manifest that cannot be read or applied; the message says where and what was expected.</summary>
public sealed class ManifestException(string message, Exception? inner = null) : Exception(message, inner);
