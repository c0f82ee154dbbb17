namespace Weir.Hub.Ui.Session;

/// <summary>Somebody who signed in.</summary>
/// <param name="Role">As what.</param>
/// <param name="Csrf">What its page sends along with every change: a page of another origin cannot know it.</param>
/// <param name="Expires">When it ends, whatever happens.</param>
internal sealed record UiSession(UiRole Role, string Csrf, DateTimeOffset Expires)
{
    /// <summary>When it was used last.</summary>
    public DateTimeOffset Used { get; set; }
}
