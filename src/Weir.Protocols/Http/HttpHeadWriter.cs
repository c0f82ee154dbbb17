namespace Weir.Protocols.Http;

/// <summary>
/// Writes a head again from what was read of it: what is passed on is what was judged, whatever the bytes looked like. Fields that concern
/// one connection only are left out and said anew.
/// </summary>
public static class HttpHeadWriter
{
    /// <summary>How much longer a written head can be than the one that was read, in bytes.</summary>
    public const int MaxGrowth = 256;

    /// <summary>Writes a request's head.</summary>
    /// <param name="bytes">The bytes that <paramref name="head"/> was read from.</param>
    /// <param name="head">What they say.</param>
    /// <param name="target">The target to send.</param>
    /// <param name="upgrades">Whether to pass on the wish to change the protocol.</param>
    /// <param name="changes">What is changed of the fields. None may be about framing.</param>
    /// <param name="destination">As long as the head that was read and the target, with <see cref="MaxGrowth"/> and <see cref="GrowthOf"/> more.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteRequest(
        ReadOnlySpan<byte> bytes, HttpHead head, ReadOnlySpan<byte> target, bool upgrades, ReadOnlySpan<HeaderChange> changes, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(head);
        var at = Put(destination, 0, head.Method.Of(bytes));
        at = Put(destination, at, " "u8);
        at = Put(destination, at, target);
        at = Put(destination, at, head.IsVersion10 ? " HTTP/1.0\r\n"u8 : " HTTP/1.1\r\n"u8);
        at = PutFields(bytes, head, changes, destination, at);
        at = PutAdded(changes, destination, at);
        if (upgrades) at = PutUpgrade(bytes, head, destination, at);
        else if (head.IsVersion10) at = Put(destination, at, "Connection: close\r\n"u8);
        return Put(destination, at, "\r\n"u8);
    }

    /// <summary>Writes a response's head.</summary>
    /// <param name="bytes">The bytes that <paramref name="head"/> was read from.</param>
    /// <param name="head">What they say.</param>
    /// <param name="keepsAlive">Whether the client's connection stays open.</param>
    /// <param name="toVersion10">Whether the client speaks HTTP/1.0, which must be told that it stays open.</param>
    /// <param name="destination">As long as the head that was read and <see cref="MaxGrowth"/> more.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteResponse(ReadOnlySpan<byte> bytes, HttpHead head, bool keepsAlive, bool toVersion10, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(head);
        var at = Put(destination, 0, "HTTP/1.1 "u8);
        destination[at++] = (byte)('0' + (head.Status / 100));
        destination[at++] = (byte)('0' + (head.Status / 10 % 10));
        destination[at++] = (byte)('0' + (head.Status % 10));
        at = Put(destination, at, " "u8);
        at = Put(destination, at, head.Reason.Of(bytes));
        at = Put(destination, at, "\r\n"u8);
        at = PutFields(bytes, head, [], destination, at);
        if (head.Status == 101) at = PutUpgrade(bytes, head, destination, at);
        else if (head.Status >= 200 && !keepsAlive) at = Put(destination, at, "Connection: close\r\n"u8);
        else if (head.Status >= 200 && toVersion10) at = Put(destination, at, "Connection: keep-alive\r\n"u8);
        return Put(destination, at, "\r\n"u8);
    }

    /// <summary>How much changes can make a head longer, in bytes.</summary>
    public static int GrowthOf(ReadOnlySpan<HeaderChange> changes)
    {
        var growth = 0;
        foreach (var change in changes) growth += change.Name.Length + (change.Value?.Length ?? 0) + 4;
        return growth;
    }

    private static int PutFields(ReadOnlySpan<byte> bytes, HttpHead head, ReadOnlySpan<HeaderChange> changes, Span<byte> destination, int at)
    {
        foreach (var field in head.Fields)
        {
            if (!changes.IsEmpty && IsRemoved(field.Name.Of(bytes), changes)) continue;
            if (field.Kind is HeaderName.Connection or HeaderName.KeepAlive or HeaderName.ProxyConnection or HeaderName.Upgrade or HeaderName.Http2Settings) continue;
            at = Put(destination, at, field.Name.Of(bytes));
            at = Put(destination, at, ": "u8);
            at = Put(destination, at, field.Value.Of(bytes));
            at = Put(destination, at, "\r\n"u8);
        }

        return at;
    }

    private static bool IsRemoved(ReadOnlySpan<byte> name, ReadOnlySpan<HeaderChange> changes)
    {
        foreach (ref readonly var change in changes)
        {
            if (change.Removes && System.Text.Ascii.EqualsIgnoreCase(name, change.Name)) return true;
        }

        return false;
    }

    private static int PutAdded(ReadOnlySpan<HeaderChange> changes, Span<byte> destination, int at)
    {
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] is not { Value: { } value } change || HeaderChange.IsUndone(changes, i)) continue;
            at += System.Text.Encoding.ASCII.GetBytes(change.Name, destination[at..]);
            at = Put(destination, at, ": "u8);
            at += System.Text.Encoding.ASCII.GetBytes(value, destination[at..]);
            at = Put(destination, at, "\r\n"u8);
        }

        return at;
    }

    private static int PutUpgrade(ReadOnlySpan<byte> bytes, HttpHead head, Span<byte> destination, int at)
    {
        at = Put(destination, at, "Connection: Upgrade\r\nUpgrade: "u8);
        at = Put(destination, at, head.Upgrade.Of(bytes));
        return Put(destination, at, "\r\n"u8);
    }

    private static int Put(Span<byte> destination, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination[at..]);
        return at + text.Length;
    }
}
