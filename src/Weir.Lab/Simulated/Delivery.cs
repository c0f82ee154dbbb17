namespace Weir.Lab.Simulated;

/// <summary>What became of a frame.</summary>
/// <param name="Arrived">Whether a host took it.</param>
/// <param name="Room">Completes when its receiver can take more.</param>
internal readonly record struct Delivery(bool Arrived, Task Room)
{
    /// <summary>It did not arrive.</summary>
    public static Delivery Lost { get; } = new(false, Task.CompletedTask);

    /// <summary>It arrived.</summary>
    public static Delivery Taken { get; } = new(true, Task.CompletedTask);
}
