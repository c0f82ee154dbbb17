using System.Security.Cryptography;
using System.Text;

namespace Weir.Hub.Ui.Session;

/// <summary>The two tokens that let people in.</summary>
/// <param name="operators">Of operators.</param>
/// <param name="viewers">Of viewers; null where there is none.</param>
internal sealed class UiTokens(string operators, string? viewers)
{
    private readonly byte[] _operators = Hash(operators);
    private readonly byte[] _viewers = viewers is null ? RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes) : Hash(viewers);

    /// <summary>Whose token it is; null when it is nobody's. Takes the same time whatever is shown.</summary>
    public UiRole? RoleOf(string shown)
    {
        var hash = Hash(shown.Trim());
        var isOperator = CryptographicOperations.FixedTimeEquals(hash, _operators);
        var isViewer = CryptographicOperations.FixedTimeEquals(hash, _viewers);
        return isOperator ? UiRole.Operator : isViewer ? UiRole.Viewer : null;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
