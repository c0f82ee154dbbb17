namespace Weir.Hub.Ui.Static;

/// <summary>A file of the page, ready to be sent.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Bytes">As it is.</param>
/// <param name="Packed">By Brotli; null where that saves nothing.</param>
/// <param name="Tag">Its entity tag.</param>
internal sealed record WebFile(string Type, byte[] Bytes, byte[]? Packed, string Tag);
