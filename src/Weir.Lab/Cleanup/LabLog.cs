namespace Weir.Lab.Cleanup;

/// <summary>Where a lab without a terminal says what it does.</summary>
public static class LabLog
{
    /// <summary>The file, beside the lab's folder: why a lab could not start must outlive the folder's sweep. <c>weir lab down</c> removes it.</summary>
    public static string PathOf(string runFolder) => runFolder.TrimEnd('/') + ".log";
}
