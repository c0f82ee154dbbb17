namespace Weir.Datapath;

/// <summary>What a program did to a frame in a test run.</summary>
/// <param name="Action">0 passes (TC_ACT_OK), 2 drops (TC_ACT_SHOT), 7 sends it elsewhere (TC_ACT_REDIRECT).</param>
/// <param name="Mark">The mark that the packet has then: see <c>MARK_*</c> in bpf/abi.h.</param>
/// <param name="Frame">The frame then.</param>
internal sealed record TestRunResult(uint Action, uint Mark, byte[] Frame);
