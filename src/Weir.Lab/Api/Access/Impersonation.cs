using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api.Access;

/// <summary>Lets a user act as another (<c>--as</c>, <c>--as-group</c>), if rules allow it.</summary>
internal static class Impersonation
{
    private const string Prefix = "Impersonate-";
    private const string AccountPrefix = "system:serviceaccount:";

    /// <summary>The user to act as; the user itself where nothing else is asked for.</summary>
    /// <exception cref="ApiStatusException">It may not (403), or the headers do not say as whom (400).</exception>
    public static ApiUser Of(HttpRequest request, ApiUser user, Action<RequestAttributes> demand)
    {
        var name = request.Headers[Prefix + "User"].ToString();
        List<string> groups = [.. request.Headers[Prefix + "Group"].OfType<string>()];
        var uid = request.Headers[Prefix + "Uid"].ToString();
        var extra = request.Headers.Where(h => h.Key.StartsWith(Prefix + "Extra-", StringComparison.OrdinalIgnoreCase)).ToDictionary(
            h => Uri.UnescapeDataString(h.Key[(Prefix.Length + "Extra-".Length)..].ToLowerInvariant()), IReadOnlyList<string> (h) => [.. h.Value.OfType<string>()]);
        if (name.Length == 0)
        {
            if (groups.Count == 0 && uid.Length == 0 && extra.Count == 0) return user;
            throw new ApiStatusException(500, "InternalError", "Internal error occurred: requested [groups, uid or extra] without impersonating a user");
        }

        var account = name.StartsWith(AccountPrefix, StringComparison.Ordinal) ? name[AccountPrefix.Length..].Split(':') : [];
        demand(account.Length == 2
            ? new RequestAttributes("impersonate") { Resource = "serviceaccounts", Namespace = account[0], Name = account[1] }
            : new RequestAttributes("impersonate") { Resource = "users", Name = name });
        foreach (var group in groups) demand(new RequestAttributes("impersonate") { Resource = "groups", Name = group });
        if (uid.Length > 0) demand(new RequestAttributes("impersonate") { Group = "authentication.k8s.io", Resource = "uids", Name = uid });
        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
                demand(new RequestAttributes("impersonate") { Group = "authentication.k8s.io", Resource = "userextras", Subresource = key, Name = value });
        }

        if (account.Length == 2 && groups.Count == 0) groups = ["system:serviceaccounts", $"system:serviceaccounts:{account[0]}"];
        var anonymous = name == ApiUser.Anonymous.Name;
        var standing = anonymous ? ApiUser.Anonymous.Groups[0] : ApiUser.Authenticated;
        if (!groups.Contains(standing)) groups.Add(standing);
        return new ApiUser(name, groups) { Uid = uid, Extra = extra };
    }
}
