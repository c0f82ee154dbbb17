// Asks a hub by @azure/monitor-query-logs, as a user's script would. Environment: ENDPOINT, TOKEN. Prints what it got as one line of JSON.
import { LogsQueryClient, LogsQueryResultStatus } from "@azure/monitor-query-logs";

const credential = { getToken: async () => ({ token: process.env.TOKEN, expiresOnTimestamp: Date.now() + 3600000 }) };
const client = new LogsQueryClient(credential, { endpoint: process.env.ENDPOINT, audience: "https://api.loganalytics.io" });
const result = {};

const answer = await client.queryWorkspace(
  "any", "RetinaNetworkFlowLogs | summarize Flows=count(), Some=take_any(IP) by Verdict | order by Verdict asc | render barchart",
  { duration: "P3650D" }, { includeQueryStatistics: true, includeVisualization: true, serverTimeoutInSeconds: 60 });
result.status = answer.status === LogsQueryResultStatus.Success;
result.columns = answer.tables[0].columnDescriptors.map((c) => `${c.name}:${c.type}`);
result.rows = answer.tables[0].rows;
result.chart = answer.visualization.visualization;
result.statistics = answer.statistics.query.datasetStatistics[0].tableRowCount;

const narrow = await client.queryWorkspace("any", "RetinaNetworkFlowLogs | count", { duration: "PT1S" });
result.narrow = narrow.tables[0].rows[0][0];

const batch = await client.queryBatch([
  { workspaceId: "any", query: "print x=1", timespan: { duration: "PT1H" } },
  { workspaceId: "any", query: "nothing | count", timespan: { duration: "PT1H" } },
]);
result.batch = batch.map((b) => b.status);
result.batchError = batch[1].partialError.code; // what the client makes of any error in a batch

try {
  await client.queryWorkspace("any", "RetinaNetworkFlowLogs | where Nothing == 1", { duration: "PT1H" });
} catch (e) {
  result.error = [e.statusCode, e.code];
}
console.log(JSON.stringify(result));
