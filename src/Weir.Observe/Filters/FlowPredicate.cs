using Weir.Model;

namespace Weir.Observe.Filters;

/// <summary>One condition on a flow.</summary>
internal delegate bool FlowPredicate(in Flow flow);
