package dev.sluice.node.agent;

import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.ResealRequest;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.SsisBegun;
import dev.sluice.wire.SsisPiece;
import dev.sluice.wire.SsisSaid;

/// The service as a registered node sees it. Each call is one signed request and waits for its answer; an interrupt
/// abandons it. Any thread may call.
///
/// Errors: a [ProblemException] that is retryable when trying again may help (the service is away), and not when the
/// service has refused this node or this message.
public interface ServiceApi extends AutoCloseable {
    LeaseResponse lease(LeaseRequest request) throws InterruptedException;

    HeartbeatResponse heartbeat(HeartbeatRequest request) throws InterruptedException;

    ReportResponse report(ReportRequest request) throws InterruptedException;

    /// Secrets sealed anew, as a heartbeat's answer asked for.
    void reseal(ResealRequest request) throws InterruptedException;

    /// What a package of the SSIS catalog needs to run; its execution begins with that.
    SsisBegun begin(SsisBegin request) throws InterruptedException;

    /// A piece of a project of the catalog; empty behind its end.
    byte[] piece(SsisPiece request) throws InterruptedException;

    /// What an execution of the catalog has said.
    void said(SsisSaid said) throws InterruptedException;

    @Override
    void close();
}
