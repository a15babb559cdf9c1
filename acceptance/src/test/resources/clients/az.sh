#!/usr/bin/env bash
# What a person does with az against the service of SLUICE_URL: registers the cloud, signs in as a service principal,
# creates everything, runs it, looks at it, cancels, and deletes it again. Prints "done" at the end.
set -euo pipefail
trap 'echo "failed at line $LINENO" >&2' ERR
az cloud register -n Sluice --endpoint-resource-manager "$SLUICE_URL"
az cloud set -n Sluice
az login --service-principal -u "$SLUICE_APP" -p "$SLUICE_SECRET" --tenant "$SLUICE_TENANT" -o none
S=$(az account show --query id -o tsv)
F=/subscriptions/$S/resourceGroups/az/providers/Microsoft.DataFactory/factories/azcli

# rest METHOD PATH [OPTIONS OF az rest…]
rest() {
    local method=$1 path=$2
    shift 2
    az rest --method "$method" --url "$F$path?api-version=2018-06-01" -o tsv "$@"
}
equal() { [ "$1" = "$2" ] || { echo "expected '$2', was '$1'" >&2; exit 1; }; }

equal "$(rest put "" --body '{"location":"local","tags":{"team":"az"}}' --query properties.provisioningState)" Succeeded
equal "$(az group exists -n az)" true
rest put /integrationRuntimes/mine --body '{"properties":{"type":"SelfHosted"}}' -o none
equal "$(rest post /integrationRuntimes/mine/getStatus --query properties.state)" NeedRegistration
printf 'a,b\n1,x\n2,y\n' > "$SLUICE_FILES/az-in.csv"
rest put /linkedservices/files --body "{\"properties\":{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"$SLUICE_FILES\"}}}" -o none
for side in in out; do
    rest put /datasets/$side -o none --body "{\"properties\":{\"type\":\"DelimitedText\",
        \"linkedServiceName\":{\"referenceName\":\"files\",\"type\":\"LinkedServiceReference\"},
        \"typeProperties\":{\"firstRowAsHeader\":true,
            \"location\":{\"type\":\"FileServerLocation\",\"fileName\":\"az-$side.csv\"}}}}"
done
rest put /pipelines/copy -o none --body '{"properties":{"activities":[{"name":"copy","type":"Copy",
    "inputs":[{"referenceName":"in","type":"DatasetReference"}],"outputs":[{"referenceName":"out","type":"DatasetReference"}],
    "typeProperties":{"source":{"type":"DelimitedTextSource"},"sink":{"type":"DelimitedTextSink"}}}]}}'
rest put /pipelines/wait -o none --body '{"properties":{"activities":[{"name":"wait","type":"Wait",
    "typeProperties":{"waitTimeInSeconds":600}}]}}'

ended() {
    while :; do
        status=$(rest get "/pipelineruns/$1" --query status)
        case $status in Succeeded | Failed | Cancelled) echo "$status"; return ;; esac
    done
}
run=$(rest post /pipelines/copy/createRun --body '{}' --query runId)
equal "$(ended "$run")" Succeeded
window='{"lastUpdatedAfter":"2000-01-01T00:00:00Z","lastUpdatedBefore":"2100-01-01T00:00:00Z"}'
equal "$(rest post "/pipelineruns/$run/queryActivityruns" --body "$window" --query 'value[0].output.rowsCopied')" 2
equal "$(rest post /queryPipelineRuns --body "$window" --query 'length(value)')" 1
waiting=$(rest post /pipelines/wait/createRun --query runId)
rest post "/pipelineruns/$waiting/cancel" -o none
equal "$(ended "$waiting")" Cancelled

for one in pipelines/copy pipelines/wait datasets/in datasets/out linkedservices/files integrationRuntimes/mine; do
    rest delete "/$one" -o none
done
equal "$(rest get /pipelines --query 'length(value)')" 0
rest delete "" -o none
if rest get "" -o none 2> "$SLUICE_FILES/az.err"; then echo "the factory is still there" >&2; exit 1; fi
grep -q ResourceNotFound "$SLUICE_FILES/az.err"
echo done
