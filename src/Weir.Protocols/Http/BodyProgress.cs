namespace Weir.Protocols.Http;

/// <summary>Follows any body to its end without keeping it. A mutable value: one for each body.</summary>
public struct BodyProgress
{
    private readonly BodyFraming _framing;
    private ChunkedBody _chunks;
    private long _left;

    /// <summary>Starts at the body's first byte.</summary>
    /// <param name="framing">How it ends.</param>
    /// <param name="length">Its length in bytes, where <see cref="BodyFraming.Length"/> says that it has one.</param>
    public BodyProgress(BodyFraming framing, long length)
    {
        _framing = framing;
        _left = framing == BodyFraming.Length ? length : 0;
    }

    /// <summary>Whether the body is over. Never for one that ends with its connection.</summary>
    public readonly bool IsDone => _framing switch
    {
        BodyFraming.None => true,
        BodyFraming.Length => _left == 0,
        BodyFraming.Chunked => _chunks.IsDone,
        _ => false,
    };

    /// <summary>Whether the body ends with its connection.</summary>
    public readonly bool EndsWithConnection => _framing == BodyFraming.UntilClose;

    /// <summary>Takes as much of <paramref name="bytes"/> as belongs to the body.</summary>
    /// <inheritdoc cref="ChunkedBody.Take" path="/param"/>
    /// <inheritdoc cref="ChunkedBody.Take" path="/returns"/>
    public HttpFault Take(ReadOnlySpan<byte> bytes, out int taken)
    {
        switch (_framing)
        {
            case BodyFraming.Chunked:
                return _chunks.Take(bytes, out taken);
            case BodyFraming.Length:
                taken = (int)Math.Min(_left, bytes.Length);
                _left -= taken;
                return HttpFault.None;
            default:
                taken = _framing == BodyFraming.UntilClose ? bytes.Length : 0;
                return HttpFault.None;
        }
    }
}
