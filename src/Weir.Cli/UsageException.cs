namespace Weir.Cli;

/// <summary>What the user typed cannot be done as typed; the message says what is expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
