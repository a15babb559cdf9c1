package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.nodes.Members.Member;
import dev.sluice.service.app.ssis.Executions;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Store;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.SsisPiece;
import dev.sluice.wire.SsisSaid;
import dev.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/// What nodes say of executions of the SSIS catalog's packages. Signed as everything they say, and only of
/// jobs that they hold.
final class SsisNodeApi {
    private final Store store;
    private final Proof proof;
    private final Executions executions;

    SsisNodeApi(Store store, Proof proof, Executions executions) {
        this.store = store;
        this.proof = proof;
        this.executions = executions;
    }

    void addTo(Routes routes) {
        routes.add("POST", Wire.SSIS_BEGIN, Permission.NODE, this::begin)
                .add("POST", Wire.SSIS_PIECE, Permission.NODE, this::piece)
                .add("POST", Wire.SSIS_SAID, Permission.NODE, this::said);
    }

    private Answer begin(Call call) {
        Member member = proof.require(call.request());
        SsisBegin asked = Wire.decode(call.request().body(), SsisBegin.class);
        QueuedJob job = held(member, asked.job(), 0);
        return Answer.bytes(200, Wire.encode(executions.begin(job, member.node().name(), member.certificate())));
    }

    private Answer piece(Call call) {
        Member member = proof.require(call.request());
        SsisPiece asked = Wire.decode(call.request().body(), SsisPiece.class);
        QueuedJob job = held(member, asked.job(), asked.executionId());
        return Answer.bytes(200, executions.piece(job, asked.executionId(), asked.piece()));
    }

    private Answer said(Call call) {
        Member member = proof.require(call.request());
        SsisSaid said = Wire.decode(call.request().body(), SsisSaid.class);
        executions.said(held(member, said.job(), said.executionId()), said);
        return Answer.empty(204);
    }

    private QueuedJob held(Member member, @Nullable JobRef job, long execution) {
        return java.util.Optional.ofNullable(job)
                .flatMap(store.jobs()::find)
                .filter(q -> q.node().equals(member.node().nodeId()))
                .orElseThrow(() -> SsisCatalogFaults.NOT_OF_THIS_JOB.with("execution", execution));
    }
}
