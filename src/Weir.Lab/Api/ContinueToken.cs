using System.Text;

namespace Weir.Lab.Api;

/// <summary>Where a page of a list ended.</summary>
/// <param name="Revision">The revision of the first page, which all pages report: a watch from it misses nothing.</param>
/// <param name="After">The key of the last object shown.</param>
internal sealed record ContinueToken(long Revision, string After)
{
    /// <summary>Reads a token; null for the empty text.</summary>
    /// <exception cref="ApiStatusException">The text is no token of this server (400).</exception>
    public static ContinueToken? Read(string text)
    {
        if (text.Length == 0) return null;
        Span<byte> bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var length))
        {
            var parts = Encoding.UTF8.GetString(bytes[..length]).Split(' ');
            if (parts is [var revision, var after]
                && long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return new ContinueToken(number, after);
        }

        throw ApiFaults.BadRequest("continue key is not valid: give back metadata.continue of the last page as it is");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Revision} {After}")));
}
