using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Weir.Hub.Ui.Session;

/// <summary>Who is signed in. In memory: when the hub starts again, everybody signs in again.</summary>
/// <remarks>What the cookie holds is kept as its hash alone, so that a look into the hub's memory gives nobody a session.</remarks>
internal sealed class SessionStore(TimeProvider time)
{
    /// <summary>How long a session lasts at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts that nobody uses.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromHours(2);

    private const int Most = 1000;
    private readonly ConcurrentDictionary<string, UiSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>Opens a session.</summary>
    /// <returns>What the cookie has to hold, and the session.</returns>
    public (string Secret, UiSession Session) Open(UiRole role)
    {
        Forget();
        var now = time.GetUtcNow();
        var secret = Random();
        var session = new UiSession(role, Random(), now + Longest) { Used = now };
        _sessions[Hash(secret)] = session;
        return (secret, session);
    }

    /// <summary>The session of a cookie; null where there is none, or none any more.</summary>
    public UiSession? Find(string secret)
    {
        if (!_sessions.TryGetValue(Hash(secret), out var session)) return null;
        var now = time.GetUtcNow();
        if (IsOver(session, now))
        {
            Close(secret);
            return null;
        }

        session.Used = now;
        return session;
    }

    /// <summary>Ends a session.</summary>
    public void Close(string secret) => _sessions.TryRemove(Hash(secret), out _);

    private static bool IsOver(UiSession session, DateTimeOffset now) => now >= session.Expires || now - session.Used > LongestIdle;

    // Whoever has the token may open many: the longest unused make room.
    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (key, session) in _sessions)
            if (IsOver(session, now)) _sessions.TryRemove(key, out _);
        if (_sessions.Count < Most) return;
        foreach (var (key, _) in _sessions.OrderBy(s => s.Value.Used).Take(_sessions.Count - Most + 1)) _sessions.TryRemove(key, out _);
    }

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static string Hash(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
