namespace Weir.Hub.Ui.Session;

/// <summary>What a caller of the web UI may do.</summary>
internal enum UiRole
{
    /// <summary>Look at everything.</summary>
    Viewer,

    /// <summary>Look at everything, and prepare changes.</summary>
    Operator,
}
