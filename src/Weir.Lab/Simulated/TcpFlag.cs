namespace Weir.Lab.Simulated;

/// <summary>TCP's flags as bytes of a frame.</summary>
internal static class TcpFlag
{
    public const byte Fin = 0x01;
    public const byte Syn = 0x02;
    public const byte Rst = 0x04;
    public const byte Psh = 0x08;
    public const byte Ack = 0x10;
}
