namespace Weir.Observe.Filters;

/// <summary>A reader's filter cannot be understood. The message says which field, what it held and what it takes.</summary>
public sealed class FilterException(string message) : Exception(message);
