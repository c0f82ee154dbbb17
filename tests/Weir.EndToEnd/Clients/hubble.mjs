// Asks a relay by @grpc/grpc-js, over mTLS. Environment: ADDRESS, CERTIFICATES (a folder), PROTOS (a folder). Prints one line of JSON.
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const { ADDRESS, CERTIFICATES, PROTOS } = process.env;
const load = (file) => grpc.loadPackageDefinition(loader.loadSync(`${PROTOS}/${file}`, { keepCase: true, longs: Number }));
const read = (file) => readFileSync(`${CERTIFICATES}/${file}`);
const name = { "grpc.ssl_target_name_override": "instance.hubble-relay.cilium.io" };
const known = grpc.credentials.createSsl(read("ca.crt"), read("tls.key"), read("tls.crt"));
const stranger = grpc.credentials.createSsl(read("ca.crt"));
const observer = load("observer.proto").observer;
const result = { flows: [], nodes: [] };

const collect = (call) => new Promise((resolve, reject) => {
  const all = [];
  call.on("data", (message) => all.push(message)).on("error", reject).on("end", () => resolve(all));
});
for (const response of await collect(new observer.Observer(ADDRESS, known, name).GetFlows({ number: 20 }))) {
  if (response.flow) result.flows.push(response.flow);
  else if (response.node_status) result.nodes.push(`${response.node_status.state_change}:${response.node_status.node_names}`);
}

const health = new (load("health.proto").grpc.health.v1.Health)(ADDRESS, known, name);
result.health = await new Promise((resolve, reject) => health.Check({ service: "hubble.server.Observer" }, (error, answer) => (error ? reject(error) : resolve(answer.status))));

const reflection = new (load("reflection.proto").grpc.reflection.v1alpha.ServerReflection)(ADDRESS, known, name).ServerReflectionInfo();
reflection.write({ list_services: "" });
reflection.end();
result.services = (await collect(reflection))[0].list_services_response.service.map((s) => s.name);

try {
  result.stranger = (await collect(new observer.Observer(ADDRESS, stranger, name).GetFlows({ number: 1 }))).length;
} catch (e) {
  result.stranger = e.code;
}
console.log(JSON.stringify(result));
process.exit(0);
