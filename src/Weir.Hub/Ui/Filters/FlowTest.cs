using Weir.Hub.Ui.Flows;

namespace Weir.Hub.Ui.Filters;

/// <summary>A condition on a flow.</summary>
internal delegate bool FlowTest(in FlowView flow);

/// <summary>A condition on one end of a flow.</summary>
internal delegate bool EndTest(in FlowView flow, bool isSource);
