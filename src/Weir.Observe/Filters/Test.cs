using Weir.Model;

namespace Weir.Observe.Filters;

/// <summary>Whether a flow meets a condition with one of the values that were asked for.</summary>
internal delegate bool Test<in T>(in Flow flow, T value);
