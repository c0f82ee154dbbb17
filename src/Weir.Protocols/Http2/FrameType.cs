namespace Weir.Protocols.Http2;

/// <summary>What a frame is (RFC 9113 §6).</summary>
public enum FrameType : byte
{
    /// <summary>A part of a body.</summary>
    Data = 0,

    /// <summary>Header fields, which open a stream or end a body.</summary>
    Headers = 1,

    /// <summary>A wish about order; deprecated.</summary>
    Priority = 2,

    /// <summary>The end of a stream before its time.</summary>
    ResetStream = 3,

    /// <summary>What the sender can take.</summary>
    Settings = 4,

    /// <summary>An answer that nobody asked for.</summary>
    PushPromise = 5,

    /// <summary>A question whether the other side lives.</summary>
    Ping = 6,

    /// <summary>No new streams from now on.</summary>
    GoAway = 7,

    /// <summary>More may be sent.</summary>
    WindowUpdate = 8,

    /// <summary>More header fields.</summary>
    Continuation = 9,
}
