using Weir.Model;

namespace Weir.Observe.Filters;

/// <summary>One condition on a flow.</summary>
public delegate bool FlowPredicate(in Flow flow);
