// Asks a hub by azure-kusto-data, as a user's script would. Environment: ADDRESS, TOKEN. Prints what it got as one line of JSON.
import { Client, KustoConnectionStringBuilder, ClientRequestProperties } from "azure-kusto-data";

const client = new Client(KustoConnectionStringBuilder.withAccessToken(process.env.ADDRESS, process.env.TOKEN));
const result = {};

const table = (await client.execute("weir", "ContainerNetworkLogs | summarize Flows=count(), First=min(TimeGenerated) by Verdict | order by Verdict asc")).primaryResults[0];
result.columns = table.columns.map((c) => `${c.name}:${c.type}`);
result.rows = [...table.rows()].map((r) => [r.Verdict, r.Flows, r.First instanceof Date]);

const properties = new ClientRequestProperties();
properties.setTimeout(30000);
properties.setParameter("verdict", "DROPPED");
const one = (await client.execute("weir", "declare query_parameters(verdict:string); ContainerNetworkLogs | where Verdict == verdict | project IP, SourcePodName | take 1", properties)).primaryResults[0];
result.ip = [...one.rows()][0].IP;

result.v1 = [...(await client.executeQueryV1("weir", "ContainerNetworkLogs | count")).primaryResults[0].rows()][0].Count;
result.tables = [...(await client.executeMgmt("weir", ".show tables | project TableName")).primaryResults[0].rows()].map((r) => r.TableName);
result.version = [...(await client.execute("weir", ".show version")).primaryResults[0].rows()][0].ProductVersion;

const refused = async (query) => {
  try {
    await client.execute("weir", query);
    return "no error";
  } catch (e) {
    return e.response?.data?.error?.innererror?.code ?? e.message;
  }
};
result.semantic = await refused("ContainerNetworkLogs | where Nothing == 1");
result.syntax = await refused("ContainerNetworkLogs | take");
result.bound = await refused("range x from 1 to 10000000 step 1");
console.log(JSON.stringify(result));
