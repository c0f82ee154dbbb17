namespace Weir.Protocols.Http2;

/// <summary>Where the parts of a request stand in its <see cref="HeaderList"/>; -1 for what is not there.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Host">The host: <c>:authority</c>, else <c>host</c>.</param>
public readonly record struct RequestFields(int Method, int Path, int Host);
