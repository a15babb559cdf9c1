// What a program does with @azure/arm-datafactory, against the service of SLUICE_URL: signs in as a service principal,
// creates everything, runs it, looks at it, cancels, and deletes it again. Prints "done" at the end.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { DataFactoryManagementClient } from "@azure/arm-datafactory";
import { ClientSecretCredential } from "@azure/identity";

const { SLUICE_URL: url, SLUICE_TENANT: tenant, SLUICE_APP: app, SLUICE_SECRET: secret, SLUICE_FILES: files } = process.env;
const subscription = "00000000-0000-0000-0000-000000000000";
const group = "js";
const factory = "javascript";

const credential = new ClientSecretCredential(tenant, app, secret, {
    authorityHost: url,
    disableInstanceDiscovery: true,
});
const client = new DataFactoryManagementClient(credential, subscription, {
    endpoint: url,
    credentialScopes: [`${url}/.default`],
    credentials: { scopes: [`${url}/.default`] },
});

async function names(pages) {
    const found = [];
    for await (const one of pages) {
        found.push(one.name);
    }
    return found;
}

async function refused(call, status, code) {
    await assert.rejects(call, (e) => {
        assert.equal(e.statusCode, status);
        assert.equal(e.code, code);
        return true;
    });
}

async function ended(runId) {
    for (;;) {
        const run = await client.pipelineRuns.get(group, factory, runId);
        if (["Succeeded", "Failed", "Cancelled"].includes(run.status)) {
            return run;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

const window = { lastUpdatedAfter: new Date(Date.now() - 3600_000), lastUpdatedBefore: new Date(Date.now() + 3600_000) };

const made = await client.factories.createOrUpdate(group, factory, { location: "local", tags: { team: "js" } });
assert.equal(made.provisioningState, "Succeeded");
assert.deepEqual((await client.factories.update(group, factory, { tags: { team: "data" } })).tags, { team: "data" });
assert.ok((await names(client.factories.listByResourceGroup(group))).includes(factory));
assert.ok((await names(client.factories.list())).includes(factory));

await client.integrationRuntimes.createOrUpdate(group, factory, "mine", { properties: { type: "SelfHosted" } });
const keys = await client.integrationRuntimes.listAuthKeys(group, factory, "mine");
assert.ok(keys.authKey1.startsWith("IR@"));
const status = await client.integrationRuntimes.getStatus(group, factory, "mine");
assert.equal(status.properties.state, "NeedRegistration");

writeFileSync(`${files}/in.csv`, "a,b\n1,x\n2,y\n");
const service = await client.linkedServices.createOrUpdate(group, factory, "files", {
    properties: { type: "FileServer", host: files, password: { type: "SecureString", value: "pw" }, userId: "u" },
});
assert.ok(service.etag);
const location = (fileName) => ({ type: "FileServerLocation", fileName });
const dataset = (fileName) => ({
    properties: {
        type: "DelimitedText",
        linkedServiceName: { type: "LinkedServiceReference", referenceName: "files" },
        location: location(fileName),
        firstRowAsHeader: true,
    },
});
await client.datasets.createOrUpdate(group, factory, "in", dataset("in.csv"));
await client.datasets.createOrUpdate(group, factory, "out", dataset("out.csv"));
await refused(
    client.datasets.createOrUpdate(group, factory, "broken", {
        properties: { type: "Binary", linkedServiceName: { type: "LinkedServiceReference", referenceName: "nowhere" } },
    }),
    400,
    "ReferenceNotFound",
);
await client.pipelines.createOrUpdate(group, factory, "copy", {
    activities: [
        {
            name: "copy",
            type: "Copy",
            inputs: [{ type: "DatasetReference", referenceName: "in" }],
            outputs: [{ type: "DatasetReference", referenceName: "out" }],
            source: { type: "DelimitedTextSource", storeSettings: { type: "FileServerReadSettings" } },
            sink: { type: "DelimitedTextSink", storeSettings: { type: "FileServerWriteSettings" } },
        },
    ],
});
const pipeline = await client.pipelines.get(group, factory, "copy");
assert.equal(pipeline.activities[0].type, "Copy");
await refused(
    client.pipelines.createOrUpdate(group, factory, "copy", { activities: [] }, { ifMatch: "old" }),
    412,
    "PreconditionFailed",
);

const { runId } = await client.pipelines.createRun(group, factory, "copy");
assert.equal((await ended(runId)).status, "Succeeded");
assert.match(readFileSync(`${files}/out.csv`, "utf8"), /"2","y"/);
const activities = await client.activityRuns.queryByPipelineRun(group, factory, runId, window);
assert.equal(activities.value[0].output.rowsCopied, 2);
const runs = await client.pipelineRuns.queryByFactory(group, factory, {
    ...window,
    filters: [{ operand: "PipelineName", operator: "Equals", values: ["copy"] }],
});
assert.deepEqual(runs.value.map((run) => run.runId), [runId]);

await client.pipelines.createOrUpdate(group, factory, "wait", {
    activities: [{ name: "wait", type: "Wait", waitTimeInSeconds: 600 }],
});
const waiting = await client.pipelines.createRun(group, factory, "wait");
await client.pipelineRuns.cancel(group, factory, waiting.runId);
assert.equal((await ended(waiting.runId)).status, "Cancelled");

await client.triggers.createOrUpdate(group, factory, "daily", {
    properties: {
        type: "ScheduleTrigger",
        recurrence: { frequency: "Day", interval: 1, startTime: new Date(Date.now() + 86400_000), timeZone: "UTC" },
        pipelines: [{ pipelineReference: { type: "PipelineReference", referenceName: "wait" } }],
    },
});
await client.triggers.beginStartAndWait(group, factory, "daily");
assert.equal((await client.triggers.get(group, factory, "daily")).properties.runtimeState, "Started");
await client.triggers.beginStopAndWait(group, factory, "daily");

await client.globalParameters.createOrUpdate(group, factory, "default", { properties: { n: { type: "Int", value: 5 } } });
assert.deepEqual(await names(client.globalParameters.listByFactory(group, factory)), ["default"]);
assert.equal(
    (await client.exposureControl.getFeatureValueByFactory(group, factory, { featureName: "x", featureType: "y" })).value,
    "False",
);
await refused(client.dataFlowDebugSession.addDataFlow(group, factory, {}), 400, "OperationNotAvailable");

await client.triggers.delete(group, factory, "daily");
await refused(client.datasets.get(group, factory, "none"), 404, "ResourceNotFound");
for (const name of ["copy", "wait"]) {
    await client.pipelines.delete(group, factory, name);
}
await client.datasets.delete(group, factory, "in");
await client.datasets.delete(group, factory, "out");
await client.linkedServices.delete(group, factory, "files");
await client.integrationRuntimes.delete(group, factory, "mine");
assert.deepEqual(await names(client.pipelines.listByFactory(group, factory)), []);
await client.factories.delete(group, factory);
await refused(client.factories.get(group, factory), 404, "ResourceNotFound");
console.log("done");
