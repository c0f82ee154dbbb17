namespace Weir.Lab.Api.Access;

/// <summary>Who sends a request.</summary>
/// <param name="Name">The name that rules and messages use.</param>
/// <param name="Groups">The groups that rules may name.</param>
internal sealed record ApiUser(string Name, IReadOnlyList<string> Groups)
{
    /// <summary>The group whose members no rule holds back.</summary>
    public const string Masters = "system:masters";

    /// <summary>The group of everyone who said who they are.</summary>
    public const string Authenticated = "system:authenticated";

    /// <summary>Whoever may open the server's own socket: its file's mode is the guard.</summary>
    public static ApiUser Administrator { get; } = new("kubernetes-admin", [Masters, Authenticated]);

    /// <summary>Whoever said nothing of themselves.</summary>
    public static ApiUser Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    /// <summary>The id that tells apart two users of one name; empty where there is none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>What else is known, such as the pod of a token.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whether no rule holds this user back.</summary>
    public bool IsMaster => Groups.Contains(Masters);
}
