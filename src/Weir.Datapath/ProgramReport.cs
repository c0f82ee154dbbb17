namespace Weir.Datapath;

/// <summary>What the kernel's verifier says of a program that it let load.</summary>
/// <param name="Name">As in bpf/weir.bpf.c.</param>
/// <param name="VerifiedInstructions">How many instructions it walked, over all paths; its limit is 1,000,000.</param>
/// <param name="StackBytes">The stack of the program and of each of its functions, in bytes; 512 is the limit of one call chain.</param>
public sealed record ProgramReport(string Name, int VerifiedInstructions, IReadOnlyList<int> StackBytes);
