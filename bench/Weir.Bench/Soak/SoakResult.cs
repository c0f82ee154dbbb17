namespace Weir.Bench.Soak;

/// <summary>What a soak came to.</summary>
/// <param name="Published">The flows that were made.</param>
/// <param name="Sessions">How often a reader connected.</param>
/// <param name="Delivered">The flows that readers got.</param>
/// <param name="Lost">The flows that readers were told they lost.</param>
/// <param name="Wrong">The gaps in what a reader got that are not what it was told; 0 is right.</param>
internal sealed record SoakResult(long Published, long Sessions, long Delivered, long Lost, long Wrong);
