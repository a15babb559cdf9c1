package dev.sluice.node.agent;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Secret;
import dev.sluice.wire.ResealOrder;
import dev.sluice.wire.ResealRequest;
import dev.sluice.wire.Resealed;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Seals secrets that this node can open to nodes that came later. Only to certificates that the authority issued which
/// this node registered with, and each is said in the log. One batch at a time; what was left is ordered again with the
/// next heartbeat. Thread-safe.
final class Resealer {
    private static final Logger LOG = LoggerFactory.getLogger(Resealer.class);

    private final ServiceApi service;
    private final NodeKeys keys;
    private final InstantSource clock;
    private final AtomicBoolean busy = new AtomicBoolean();

    Resealer(ServiceApi service, NodeKeys keys, InstantSource clock) {
        this.service = service;
        this.keys = keys;
        this.clock = clock;
    }

    /// Does what was ordered, on a thread of its own.
    void take(List<ResealOrder> orders) {
        if (!orders.isEmpty() && busy.compareAndSet(false, true)) {
            Thread.ofPlatform().name("reseal").daemon().start(() -> {
                try {
                    sealAnew(orders);
                } catch (ProblemException e) {
                    LOG.warn("Secrets that were sealed anew could not be handed in: {}", e.getMessage());
                } catch (InterruptedException e) {
                    LOG.debug("reseal ends");
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private void sealAnew(List<ResealOrder> orders) throws InterruptedException {
        List<Resealed> done = new ArrayList<>();
        for (ResealOrder order : orders) {
            sealAnew(order).ifPresent(done::add);
        }
        if (!done.isEmpty()) {
            service.reseal(new ResealRequest(done));
        }
    }

    private Optional<Resealed> sealAnew(ResealOrder order) {
        try {
            List<X509Certificate> recipients =
                    order.certificates().stream().map(Certificates::fromPem).toList();
            for (X509Certificate recipient : recipients) {
                check(recipient);
            }
            try (Secret secret = Envelope.open(
                    order.sealed(), keys.privateKey(), keys.identity().certificate())) {
                String sealed = Envelope.seal(secret, recipients);
                LOG.info(
                        "Secret {} is sealed to {}",
                        order.id(),
                        recipients.stream()
                                .map(r -> r.getSubjectX500Principal().getName())
                                .toList());
                return Optional.of(new Resealed(order.id(), sealed));
            }
        } catch (ProblemException e) {
            LOG.warn("Secret {} is not sealed anew: {}", order.id(), e.getMessage());
        } catch (GeneralSecurityException e) {
            LOG.warn(
                    "Secret {} is not sealed anew: a certificate is not one of the service's nodes ({})",
                    order.id(),
                    e.getMessage());
        }
        return Optional.empty();
    }

    private void check(X509Certificate recipient) throws GeneralSecurityException {
        X509Certificate authority = keys.identity().chain().getLast();
        recipient.verify(authority.getPublicKey());
        recipient.checkValidity(Date.from(clock.instant()));
    }
}
