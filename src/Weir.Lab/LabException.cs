namespace Weir.Lab;

/// <summary>Something that the lab needs cannot be had. The message says what, why, and what a person can do about it.</summary>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
