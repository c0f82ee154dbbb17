using System.Globalization;
using Weir.Model;

namespace Weir.Agent;

/// <summary>Where the identities of CIDRs begin in this run of the agent.</summary>
/// <remarks>
/// The tables of an earlier run stay in force until the new ones are written, and so do its numbers. A number must not
/// mean one range in the old tables and another in the new ones, so each run counts from a block of its own.
/// </remarks>
internal static class LocalIdentityBlock
{
    private const uint BlockSize = 1 << 18;
    private const uint Blocks = 32;

    /// <summary>The first number of this run; noted in a file of <paramref name="folder"/>.</summary>
    public static uint Next(string folder)
    {
        var file = Path.Combine(folder, "identity-block");
        var last = File.Exists(file) && uint.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : Blocks - 1;
        var block = (last + 1) % Blocks;
        File.WriteAllText(file + ".next", block.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".next", file, overwrite: true);
        return SecurityIdentity.FirstLocal + (block * BlockSize);
    }
}
