using Microsoft.AspNetCore.Http;

namespace Weir.Hub.Ui;

/// <summary>Why the web UI's API does not answer as asked; the message is for a person, and says how to mend it.</summary>
internal sealed class UiProblem : Exception
{
    public UiProblem() { }

    public UiProblem(string message) : base(message) { }

    public UiProblem(string message, Exception inner) : base(message, inner) { }

    /// <summary>The HTTP status; 400 where nothing else is said.</summary>
    public int Status { get; init; } = StatusCodes.Status400BadRequest;

    /// <summary>A word for programs.</summary>
    public string Code { get; init; } = "bad-request";

    /// <summary>Where in a text of the user's, in characters; null where no text is meant.</summary>
    public (int Start, int Length)? At { get; init; }

    /// <summary>There is no such thing.</summary>
    public static UiProblem NotFound(string message) => new(message) { Status = StatusCodes.Status404NotFound, Code = "not-found" };

    /// <summary>This hub was started without what the answer needs.</summary>
    public static UiProblem NotHere(string message) => new(message) { Status = StatusCodes.Status409Conflict, Code = "not-configured" };
}
